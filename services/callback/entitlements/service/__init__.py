"""Use cases of the entitlements."""
