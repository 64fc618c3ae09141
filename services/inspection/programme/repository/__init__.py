"""Every SQL statement of the programme."""
