"""Instants as integer microseconds since 1970-01-01 UTC, so that the arithmetic of clocks is exact."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE_US = 60_000_000
DAY_US = 86_400_000_000

Instant = int
"""Microseconds since the epoch, UTC."""


def to_us(at: datetime) -> Instant:
    """Microseconds of an aware time."""
    return (at - EPOCH) // MICROSECOND


def from_us(us: Instant) -> datetime:
    """Aware UTC time of microseconds."""
    return EPOCH + timedelta(microseconds=us)


def maybe_to_us(at: datetime | None) -> Instant | None:
    """The same for a time that may be absent."""
    return None if at is None else to_us(at)


def maybe_from_us(us: Instant | None) -> datetime | None:
    """The same for microseconds that may be absent."""
    return None if us is None else from_us(us)
