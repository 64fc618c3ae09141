"""Bodies and answers of the proposals and the catalogue."""
