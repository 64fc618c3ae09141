"""The rules of the surveys: pure."""
