"""Every SQL statement of the figures, by what it answers."""
