"""The rules of sheets and publications: pure."""
