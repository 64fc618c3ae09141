"""Bodies and answers of service improvement."""
