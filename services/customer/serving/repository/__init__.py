"""Every SQL statement of who serves whom."""
