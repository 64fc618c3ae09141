"""Bodies and answers of cases."""
