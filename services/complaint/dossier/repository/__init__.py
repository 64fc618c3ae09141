"""Every SQL statement of the files of cases."""
