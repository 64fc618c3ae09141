"""Pure rules of the calls."""
