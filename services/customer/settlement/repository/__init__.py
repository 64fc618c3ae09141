"""Every statement of the settlement."""
