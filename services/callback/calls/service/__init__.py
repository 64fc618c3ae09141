"""Use cases of the calls."""
