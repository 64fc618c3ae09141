"""Every SQL statement of the reports."""
