"""Use cases of the findings."""
