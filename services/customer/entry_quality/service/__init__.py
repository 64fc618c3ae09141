"""Use cases of entry quality."""
