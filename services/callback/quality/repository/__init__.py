"""Every SQL statement of the quality of calls."""
