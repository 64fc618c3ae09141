"""Every SQL statement of care."""
