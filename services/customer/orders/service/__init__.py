"""Use cases of the service orders."""
