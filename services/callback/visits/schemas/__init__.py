"""Bodies and answers of the visits."""
