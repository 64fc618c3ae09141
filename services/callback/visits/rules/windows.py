"""From a frequency to the windows in which a service is owed: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.callback.policy_entitlements import Pace, Terms


@dataclass(frozen=True, slots=True)
class Window:
    """One occasion, from its first day's beginning to the end of its last; `key` tells it from the service's others."""

    key: str
    from_at: datetime
    until_at: datetime
    """Outside: the first instant after it, at which the occasion is due."""
    planned_on: date


def windows(terms: Terms, from_at: datetime, until_at: datetime, zone: ZoneInfo) -> Iterator[Window]:
    """The occasions whose windows overlap a period, earliest first; windows are counted from January on.

    `ONCE` is owed within the year in which it is planned first.
    """
    if terms.pace is Pace.ONCE:
        year = from_at.astimezone(zone).year
        yield from _occasions("once", date(year, 1, 1), date(year + 1, 1, 1), 1, zone)
        return
    if terms.pace is not Pace.PERIODIC or terms.months is None:
        return
    first = from_at.astimezone(zone).date()
    begins = date(first.year, (first.month - 1) // terms.months * terms.months + 1, 1)
    while midnight(begins, zone) < until_at:
        ends = later(begins, terms.months)
        yield from _occasions(f"{begins:%Y-%m}x{terms.months}", begins, ends, terms.times, zone)
        begins = ends


def later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a civil day."""
    return datetime.combine(day, time(), tzinfo=zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a civil day."""
    return midnight(day + timedelta(days=1), zone)


def minutes_between(from_at: datetime, until_at: datetime) -> int:
    """Whole natural minutes."""
    return int((until_at - from_at).total_seconds() // 60)


def _occasions(name: str, begins: date, ends: date, times: int, zone: ZoneInfo) -> Iterator[Window]:
    days = (ends - begins).days
    for position in range(1, times + 1):
        # the middle of its share of the window: two a month are not made on one day
        middle = begins + timedelta(days=(2 * position - 1) * days // (2 * times))
        yield Window(f"{name}/{position}", midnight(begins, zone), midnight(ends, zone), middle)
