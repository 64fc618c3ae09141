"""Use cases of the safety inspections."""
