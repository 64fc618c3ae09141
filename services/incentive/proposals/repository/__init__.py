"""Every SQL statement of the proposals."""
