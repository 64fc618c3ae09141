"""Use cases of the registry."""
