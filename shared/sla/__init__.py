"""The clock: the heart of the platform (sla.md)."""

from shared.sla.time import Clock, FixedClock, TimeSource

__all__ = ["Clock", "FixedClock", "TimeSource"]
