"""Use cases of the supervision network."""
