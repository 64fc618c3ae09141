"""Use cases of readings and card sales."""
