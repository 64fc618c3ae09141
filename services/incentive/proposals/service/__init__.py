"""Use cases of the proposals."""
