"""Every statement of the safety inspections."""
