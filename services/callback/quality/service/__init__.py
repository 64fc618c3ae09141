"""Use cases of the quality of calls."""
