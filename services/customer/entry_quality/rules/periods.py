"""Days, weeks and months in civil time, and the smallest id of an instant: pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
_SLACK = timedelta(minutes=10)
"""Ids are made before the transaction that stores them."""


@dataclass(frozen=True, slots=True)
class Span:
    """A named stretch of civil time, end excluded."""

    name: str
    from_at: datetime
    until_at: datetime

    @classmethod
    def day(cls, on: date, zone: ZoneInfo) -> Self:
        """`2026-11-22`."""
        return cls(on.isoformat(), _midnight(on, zone), _midnight(on + timedelta(days=1), zone))

    @classmethod
    def week(cls, on: date, zone: ZoneInfo) -> Self:
        """The ISO week of a date: `2026-W47`."""
        monday = on - timedelta(days=on.weekday())
        year, number, _ = on.isocalendar()
        return cls(f"{year}-W{number:02d}", _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone))

    @classmethod
    def month(cls, on: date, zone: ZoneInfo) -> Self:
        """`2026-11`."""
        first = on.replace(day=1)
        following = (first + timedelta(days=32)).replace(day=1)
        return cls(f"{first:%Y-%m}", _midnight(first, zone), _midnight(following, zone))


def day_before(at: datetime, zone: ZoneInfo) -> Span:
    """The civil day that ended last."""
    return Span.day(at.astimezone(zone).date() - timedelta(days=1), zone)


def week_before(at: datetime, zone: ZoneInfo) -> Span:
    """The ISO week that ended last."""
    return Span.week(at.astimezone(zone).date() - timedelta(days=7), zone)


def month_before(at: datetime, zone: ZoneInfo) -> Span:
    """The civil month that ended last."""
    return Span.month(at.astimezone(zone).date().replace(day=1) - timedelta(days=1), zone)


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """The civil month of an instant."""
    return f"{at.astimezone(zone):%Y-%m}"


def months_back(at: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same civil date so many months before; a late day becomes the month's last."""
    local = at.astimezone(zone)
    index = local.year * 12 + local.month - 1 - months
    year, month = divmod(index, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def first_id(at: datetime) -> UUID:
    """Not later than the ids (UUIDv7) of rows that were stored from `at` on."""
    stamp = max(0, int((at - _SLACK).timestamp() * 1000))
    return UUID(int=stamp << 80)


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), tzinfo=zone)
