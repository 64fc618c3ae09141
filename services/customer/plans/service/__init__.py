"""Use cases of service plans."""
