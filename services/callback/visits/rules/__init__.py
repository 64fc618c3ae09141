"""Rules of the visits: pure."""
