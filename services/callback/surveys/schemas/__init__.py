"""What crosses the doors of the surveys."""
