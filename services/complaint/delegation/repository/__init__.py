"""Every SQL statement of the delegation."""
