"""The Chinese lunar calendar (农历): which lunar day a date is, and how a birthday in it returns every year."""

from dataclasses import dataclass
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate


@dataclass(frozen=True, slots=True)
class LunarDay:
    """Month and day of the lunar year; a leap month bears the number of the month before it."""

    month: int
    day: int
    is_leap: bool = False


def lunar_day(on: date) -> LunarDay:
    """The lunar day of a date between 1900 and 2100.  Raises: ValueError outside."""
    found = LunarDate.from_solar(on)
    return LunarDay(found.month, found.day, bool(found.leap))


def kept_on(on: date) -> tuple[LunarDay, ...]:
    """The lunar days that are kept on a date: none in a leap month, and the 30th on the 29th of a shorter one."""
    today = lunar_day(on)
    if today.is_leap:
        return ()
    tomorrow = lunar_day(on + timedelta(days=1))
    is_last = tomorrow.day == 1
    kept = [today]
    if is_last and today.day == 29:
        kept.append(LunarDay(today.month, 30))
    return tuple(kept)
