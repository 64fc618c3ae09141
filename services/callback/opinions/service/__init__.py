"""Use cases of the opinions."""
