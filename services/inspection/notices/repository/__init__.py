"""Every SQL statement of the notices."""
