"""Use cases of contracts and accounts."""
