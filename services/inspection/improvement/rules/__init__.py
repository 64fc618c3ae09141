"""Pure rules of service improvement."""
