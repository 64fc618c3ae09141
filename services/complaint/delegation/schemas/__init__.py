"""Request and response models of the delegation."""
