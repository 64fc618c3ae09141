"""Bodies and answers of the quality of calls."""
