"""Chinese statutory holidays and shifted workdays, written into a calendar definition year by year (sla.md 3)."""

from collections.abc import Mapping
from datetime import date

import holidays
from chinese_calendar import constants

from shared.sla.definition import CalendarDefinition

FIRST_SEEDED_YEAR = 2019
LAST_GUESSED_YEAR = 2040


def last_published_year() -> int:
    """The last year whose table the installed `chinesecalendar` knows; beyond it the package raises."""
    return int(max(constants.holidays).year)


def seed(
    definition: CalendarDefinition,
    *,
    first_year: int = FIRST_SEEDED_YEAR,
    last_year: int = LAST_GUESSED_YEAR,
    published_until: int | None = None,
) -> CalendarDefinition:
    """The definition with every Chinese holiday and shifted workday of those years as an override.

    Years after the last published one know only statutory holidays and are provisional.
    Overrides that the definition already has win.
    """
    published = last_published_year() if published_until is None else published_until
    seeded: dict[date, tuple[str, ...]] = {}
    for year in range(first_year, last_year + 1):
        off, shifted = _published(year) if year <= published else _guessed(year)
        seeded |= _differences(definition, off, shifted)
    return definition.model_copy(
        update={
            "overrides": dict(sorted((seeded | definition.overrides).items())),
            "provisional_from": date(published + 1, 1, 1),
        }
    )


def publish_year(
    definition: CalendarDefinition, year: int, overrides: Mapping[date, tuple[str, ...]]
) -> CalendarDefinition:
    """The definition with an imported year in the place of the guess; what follows stays provisional."""
    kept = {day: texts for day, texts in definition.overrides.items() if day.year != year}
    first_unknown = definition.provisional_from
    if first_unknown is not None and first_unknown.year <= year:
        first_unknown = date(year + 1, 1, 1)
    return CalendarDefinition.model_validate(
        definition.model_dump() | {"overrides": kept | dict(overrides), "provisional_from": first_unknown}
    )


def _published(year: int) -> tuple[set[date], set[date]]:
    return (
        {day for day in constants.holidays if day.year == year},
        {day for day in constants.workdays if day.year == year},
    )


def _guessed(year: int) -> tuple[set[date], set[date]]:
    return set(holidays.country_holidays("CN", years=year)), set()


def _differences(definition: CalendarDefinition, off: set[date], shifted: set[date]) -> dict[date, tuple[str, ...]]:
    """Overrides where the year departs from the week: a working date that is off, a free date that is worked."""
    workday = definition.workday_windows()
    closed: dict[date, tuple[str, ...]] = {day: () for day in off if definition.windows_of(day.weekday())}
    return closed | {day: workday for day in shifted if not definition.windows_of(day.weekday())}
