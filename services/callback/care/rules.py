"""Days of greetings, states, and what a gift may cost: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from services.callback.policy_care import Care, Festival, GiftLimits, Lunar, Occasion
from shared.lunar import kept_on

GREETING, APPROVAL = "greeting", "approval"
"""The metrics: to the end of the day, and from the proposal of a gift to its decision."""
_NAMED = {
    Lunar.SPRING_FESTIVAL: "Chinese New Year (Spring Festival)",
    Lunar.DRAGON_BOAT: "Dragon Boat Festival",
    Lunar.MID_AUTUMN: "Mid-Autumn Festival",
}
_LEAP_DAY = (2, 29)


class GreetingState(StrEnum):
    """Where a greeting stands."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class GiftState(StrEnum):
    """Where a gift stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    GIVEN = "given"


class ActivityState(StrEnum):
    """Where an activity stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ATTENDED = "attended"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of the plan: a rule on a festival's day, or a rule on the days of its occasion."""

    rule: str
    festival: str | None = None
    on: date | None = None


def day_of(festival: Festival, year: int) -> date:
    """The festival's day of a year; a lunar one is looked up in the published calendar."""
    if festival.lunar is None:
        return date(year, festival.month or 1, festival.day or 1)
    return _lunar(festival.lunar, year) + timedelta(days=festival.shift_days)


@cache
def _lunar(lunar: Lunar, year: int) -> date:
    named = holidays.country_holidays("CN", years=year, language="en_US", observed=False)
    return min(day for day, name in named.items() if _NAMED[lunar] in name.split("; "))


def units(care: Care, today: date) -> list[Unit]:
    """What is to be planned on a day: festivals within the time ahead, and every rule of birthdays and great days."""
    last = today + timedelta(days=care.ahead_days)
    found: list[Unit] = []
    for code, rule in sorted(care.greetings.items()):
        if rule.occasion is not Occasion.FESTIVAL:
            found.append(Unit(code))
            continue
        days = ((name, day_of(care.festivals[name], year)) for name in rule.festivals for year in _years(today, last))
        found += [Unit(code, name, on) for name, on in days if today <= on <= last]
    return found


def _years(first: date, last: date) -> Iterator[int]:
    yield from range(first.year, last.year + 1)


ReturningDay = tuple[bool, int, int]
"""A day that returns every year: whether of the lunar year (农历), month, day."""


def days_ahead(today: date, ahead: int) -> dict[ReturningDay, date]:
    """What returns on each date ahead, of either calendar.

    Who was born on 29 February is greeted on the 28th in other years, on the 30th of a lunar month on the last of a
    shorter one; nobody in a leap month: the day returned in the month before.
    """
    found: dict[ReturningDay, date] = {}
    for offset in range(ahead + 1):
        day = today + timedelta(days=offset)
        found[False, day.month, day.day] = day
        if (day.month, day.day) == (2, 28) and not _is_leap(day.year):
            found[False, *_LEAP_DAY] = day
        found |= {(True, lunar.month, lunar.day): day for lunar in kept_on(day)}
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def falls_on(returning: ReturningDay, on: date) -> bool:
    """Whether a day that returns every year is kept on a date."""
    is_lunar, month, day = returning
    return (not is_lunar and (on.month, on.day) == (month, day)) or days_ahead(on, 0).get(returning) == on


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of the day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """0:00 of the day."""
    return datetime.combine(day, time(), tzinfo=zone)


def exceeded(value_fen: int, limits: GiftLimits, *, standard_fen: int | None, same: int, year: int) -> Sequence[str]:
    """The limits that a gift exceeds; `same` and `year` were given on the occasion and in the year before it."""
    checks = (
        ("standard", standard_fen is not None and value_fen > standard_fen),
        ("occasion", same + value_fen > limits.occasion_fen),
        ("year", year + value_fen > limits.year_fen),
    )
    return [name for name, is_beyond in checks if is_beyond]
