"""Every SQL statement of service improvement."""
