"""Every SQL statement of tiering, by what it is about."""
