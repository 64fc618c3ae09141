"""Periods of reports: `2026-11`, `2026-Q4`, `2026-W47`, `2026` → half-open intervals of civil time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.errors import FieldError, RuleViolatedError

_PATTERN = re.compile(r"^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|W(0[1-9]|[1-4]\d|5[0-3])))?$")


class PeriodInvalidError(RuleViolatedError):
    """The text names no period."""

    code = "period_invalid"


@dataclass(frozen=True, slots=True)
class Period:
    """A named period; `from_at` is inside, `until_at` outside."""

    name: str
    from_at: datetime
    until_at: datetime


def parse_period(text: str, zone: ZoneInfo) -> Period:
    """Read a month, quarter, ISO week or year.  Raises: PeriodInvalidError."""
    match = _PATTERN.match(text)
    bounds = _bounds(*match.groups()) if match else None
    if bounds is None:
        message = "期间须写作 2026-11（月）、2026-Q4（季）、2026-W47（周）或 2026（年）。"
        raise PeriodInvalidError(message, errors=(FieldError("/period", PeriodInvalidError.code, message),))
    first, after = bounds
    return Period(text, _midnight(first, zone), _midnight(after, zone))


def ended_before(now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The last week, month, quarter and year that had ended when it was `now`, in civil time."""
    today = now.astimezone(zone).date()
    week = (today - timedelta(days=today.weekday() + 1)).isocalendar()
    month = today.replace(day=1) - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    return (
        f"{week.year}-W{week.week:02d}",
        f"{month:%Y-%m}",
        f"{quarter.year}-Q{(quarter.month + 2) // 3}",
        str(today.year - 1),
    )


def _bounds(year: str, month: str | None, quarter: str | None, week: str | None) -> tuple[date, date] | None:
    number = int(year)
    if not 2000 <= number <= 2200:
        return None
    if month:
        return date(number, int(month), 1), _first_of(number, int(month) + 1)
    if quarter:
        return date(number, int(quarter) * 3 - 2, 1), _first_of(number, int(quarter) * 3 + 1)
    if week:
        try:
            monday = date.fromisocalendar(number, int(week), 1)
        except ValueError:
            return None
        return monday, monday + timedelta(days=7)
    return date(number, 1, 1), date(number + 1, 1, 1)


def _first_of(year: int, month: int) -> date:
    return date(year + 1, 1, 1) if month == 13 else date(year, month, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
