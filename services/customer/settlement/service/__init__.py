"""Use cases of the settlement."""
