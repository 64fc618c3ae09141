"""Every SQL statement of the surveys."""
