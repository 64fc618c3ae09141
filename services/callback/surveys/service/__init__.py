"""Use cases of the surveys."""
