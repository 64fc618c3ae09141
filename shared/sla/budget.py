"""The four units: every budget becomes microseconds of natural or business time at the start (sla.md 2)."""

from collections.abc import Sequence
from typing import Protocol

from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import MINUTE_US, Instant
from shared.sla.promise import Unit


class Timeline(Protocol):
    """Time as a clock counts it; `elapsed(s, advance(s, d)) == d` and both are monotone (sla.md 1)."""

    def elapsed(self, start: Instant, end: Instant) -> int:
        """Counted microseconds between two instants."""
        ...

    def advance(self, start: Instant, amount: int) -> Instant:
        """The earliest instant by which `amount` is counted."""
        ...

    def instants(self, start: Instant, amounts: Sequence[int]) -> list[Instant]:
        """`advance` for many amounts."""
        ...


class NaturalTime:
    """24×7: gas leaks, the hotline, natural and calendar days."""

    def elapsed(self, start: Instant, end: Instant) -> int:
        """Plain difference."""
        return end - start

    def advance(self, start: Instant, amount: int) -> Instant:
        """Plain sum."""
        return start + amount

    def instants(self, start: Instant, amounts: Sequence[int]) -> list[Instant]:
        """Plain sums."""
        return [start + amount for amount in amounts]


NATURAL = NaturalTime()


def timeline_of(unit: Unit, calendar: WorkingCalendar) -> Timeline:
    """Business time for business hours and working days, natural time for the others."""
    return calendar if unit.needs_calendar else NATURAL


def budget_us(budget: int, unit: Unit, start: Instant, calendar: WorkingCalendar) -> int:
    """The budget in microseconds of the unit's timeline, for a clock started at `start`.

    A dated budget is the time up to the close of business of the N-th working date after the date of receipt,
    or up to 24:00 of the N-th date (0 = the same day).  Raises: BeyondCalendarError.
    """
    match unit:
        case Unit.WORKING_DAY:
            return calendar.elapsed(start, calendar.close_of_working_day(start, budget))
        case Unit.CALENDAR_DAY:
            return calendar.end_of_date(start, budget) - start
        case Unit.NATURAL | Unit.BUSINESS:
            return budget * MINUTE_US
