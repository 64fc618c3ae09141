"""Every SQL statement of merging."""
