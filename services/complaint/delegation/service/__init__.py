"""Use cases of the delegation, split by what is done."""
