"""Use cases of the interface to supervision centres."""
