"""Every SQL statement of the calls."""
