"""Bodies and answers of the calls."""
