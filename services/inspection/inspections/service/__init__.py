"""Use cases of the inspections."""
