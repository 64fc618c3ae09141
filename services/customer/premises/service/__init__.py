"""Use cases of what stands and who lives at an address."""
