"""Every SQL statement of the contacts."""
