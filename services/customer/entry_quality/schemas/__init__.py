"""Bodies and answers of entry quality."""
