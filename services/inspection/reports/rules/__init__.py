"""Rules of the reports: pure."""
