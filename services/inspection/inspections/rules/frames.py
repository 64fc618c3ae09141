"""From which period and with which seed an inspection draws: nothing of it is the inspector's choice; pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def frame_until(today: date, window_from: datetime | None, zone: ZoneInfo) -> datetime:
    """The end of the frame: the beginning of the planned window, or of today.

    Preparing again, earlier or later in the window, therefore draws the same.
    """
    day = today if window_from is None else window_from.astimezone(zone).date()
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def frame_since(until: datetime, days: int) -> datetime:
    """The civil day so many days before; `until` carries the company's zone."""
    return until - timedelta(days=days)


def seed_of(published: str, planned: str | None) -> str:
    """The pack's published seed; of a planned inspection with the name of what the plan owes.

    Two inspections of one place and month thus draw each their own, and one that is prepared again the same day
    draws the same again.
    """
    return published if planned is None else f"{published}/{planned}"
