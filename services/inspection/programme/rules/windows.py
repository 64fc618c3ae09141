"""From a pace to the periods of its plans, and from an occasion to its windows: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.inspection.policy_programme import Occasion, Pace, PlanTerms


@dataclass(frozen=True, slots=True)
class Window:
    """One occasion; `key` tells it from the plan's others, `number` counts on from window to window for ever."""

    key: str
    number: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A period of civil days of a pace; `after` is outside."""

    pace: Pace
    first: date

    @property
    def after(self) -> date:
        """The first day of the next."""
        return months_later(self.first, self.pace.months)

    @property
    def name(self) -> str:
        """`2026`, `2026-Q4` or `2026-11`."""
        if self.pace is Pace.YEAR:
            return f"{self.first.year}"
        if self.pace is Pace.QUARTER:
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def number(self) -> int:
        """Counts the spans of the pace."""
        return (self.first.year * 12 + self.first.month - 1) // self.pace.months

    def due_at(self, terms: PlanTerms, made_at: datetime, zone: ZoneInfo) -> datetime:
        """By when its plan is approved."""
        least = midnight(made_at.astimezone(zone).date() + timedelta(days=terms.least_days + 1), zone)
        return max(midnight(self.first - timedelta(days=terms.stands_days), zone), least)


def span_of(pace: Pace, day: date) -> Span:
    """The span that holds a day."""
    months = pace.months
    return Span(pace, date(day.year, (day.month - 1) // months * months + 1, 1))


def due_spans(pace: Pace, today: date, made_days: int) -> Iterator[Span]:
    """The spans whose plans are to be there today: the one that runs, and those that begin within `made_days`."""
    span = span_of(pace, today)
    yield span
    while (span.after - today).days <= made_days:
        span = Span(pace, span.after)
        yield span


def windows(occasion: Occasion, span: Span, zone: ZoneInfo) -> Iterator[Window]:
    """The occasion's windows within a plan's period, earliest first."""
    unit = span_of(occasion.every, span.first)
    while unit.first < span.after:
        begins = min(unit.first + timedelta(days=occasion.from_day - 1), unit.after - timedelta(days=1))
        ends = unit.after
        if occasion.until_day is not None:
            ends = min(ends, unit.first + timedelta(days=occasion.until_day))
        for position in range(occasion.times):
            key = f"{occasion.code}/{unit.name}/{position + 1}"
            number = unit.number * occasion.times + position
            yield Window(key, number, midnight(begins, zone), midnight(ends, zone))
        unit = Span(occasion.every, unit.after)


def turn_of(choices: tuple[str, ...], number: int) -> str | None:
    """Whose turn it is; none where there is nothing to choose."""
    return choices[number % len(choices)] if choices else None


def months_later(first: date, months: int) -> date:
    """The first day of a month, some months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a civil day."""
    return datetime.combine(day, time(), tzinfo=zone)


def minutes_between(from_at: datetime, until_at: datetime) -> int:
    """Whole natural minutes, at least one."""
    return max(1, int((until_at - from_at).total_seconds() // 60))
