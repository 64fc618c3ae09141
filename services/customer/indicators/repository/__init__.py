"""Every statement of the figures."""
