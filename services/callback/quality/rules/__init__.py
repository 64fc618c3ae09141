"""Pure rules of the quality of calls."""
