"""Use cases of service improvement."""
