"""Use cases of the notices."""
