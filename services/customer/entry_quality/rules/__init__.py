"""Pure rules of entry quality."""
