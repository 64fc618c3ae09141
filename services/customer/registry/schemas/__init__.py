"""What is asked of the registry and what it shows."""
