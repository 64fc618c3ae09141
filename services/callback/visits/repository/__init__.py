"""Every SQL statement of the visits."""
