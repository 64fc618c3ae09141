"""Short messages to customers: one sender, a folder or a provider's gateway; each sending outside of a transaction."""
