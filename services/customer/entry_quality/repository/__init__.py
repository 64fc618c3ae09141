"""Every SQL statement of entry quality."""
