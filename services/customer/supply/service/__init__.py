"""Use cases of supply interruptions."""
