"""Figures that a service counts besides those of its clocks: named by the pack, closed for ever (sla.md 18)."""
