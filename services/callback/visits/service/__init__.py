"""Use cases of the visits."""
