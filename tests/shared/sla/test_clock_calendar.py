"""Deadlines by calendar: rules 1 to 3 of sla.md."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.sla.budget import NATURAL, budget_us, timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.definition import CalendarDefinition
from shared.sla.errors import BeyondCalendarError
from shared.sla.holidays import last_published_year, publish_year, seed
from shared.sla.instants import from_us, to_us
from shared.sla.promise import Unit
from tests.shared.sla.calendars import OFFICE, amounts, at, calendars, chinese, moments, office


@settings(max_examples=150, deadline=None)
@given(calendars(), moments, amounts)
def test_elapsed_inverts_advance_when_the_calendar_is_any(
    calendar: WorkingCalendar, start: datetime, amount: int
) -> None:
    begin = to_us(start)
    end = calendar.advance(begin, amount)
    assert end >= begin
    assert calendar.elapsed(begin, end) == amount
    assert calendar.elapsed(begin, calendar.advance(begin, -amount)) == -amount
    if amount:
        assert calendar.elapsed(begin, end - 1) == amount - 1  # the earliest such instant


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, moments, amounts, amounts)
def test_both_are_monotone_when_the_calendar_is_any(
    calendar: WorkingCalendar, one: datetime, other: datetime, amount: int, more: int
) -> None:
    first, second = sorted((to_us(one), to_us(other)))
    assert calendar.advance(first, amount) <= calendar.advance(second, amount)
    assert calendar.advance(first, -amount) <= calendar.advance(first, more)
    assert calendar.advance(first, amount) <= calendar.advance(first, amount + more)
    assert 0 <= calendar.elapsed(first, second) <= second - first
    assert calendar.elapsed(first, second) == sum(end - start for start, end in calendar.intervals(first, second))


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 40), st.sampled_from(list(Unit)))
def test_a_budget_is_the_time_to_its_deadline_when_the_unit_is_any(
    calendar: WorkingCalendar, start: datetime, budget: int, unit: Unit
) -> None:
    begin = to_us(start)
    amount = budget_us(budget, unit, begin, calendar)
    timeline = timeline_of(unit, calendar)
    deadline = timeline.advance(begin, amount)
    assert timeline.elapsed(begin, deadline) == amount
    if unit is Unit.WORKING_DAY:
        assert deadline == calendar.close_of_working_day(begin, budget)
    if unit is Unit.CALENDAR_DAY:
        assert deadline == calendar.end_of_date(begin, budget)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2025-12-31", "2026-01-08"),
        ("2026-02-12", "2026-02-26"),
        ("2026-04-30", "2026-05-11"),
        ("2026-09-18", "2026-09-24"),
        ("2026-09-30", "2026-10-13"),
    ],
)
def test_five_working_days_end_as_the_state_council_has_it(received: str, due: str) -> None:
    calendar = chinese()
    for hour in ("00:00", "09:10", "17:30", "23:59"):
        close = calendar.close_of_working_day(to_us(at(f"{received} {hour}")), 5)
        assert from_us(close) == at(f"{due} 17:30")


def test_business_hours_skip_night_lunch_and_weekend() -> None:
    calendar = office()
    friday = to_us(at("2026-11-20 17:00"))
    assert from_us(calendar.advance(friday, 3_600_000_000)) == at("2026-11-23 09:00")
    assert from_us(calendar.advance(friday, 30 * 60_000_000)) == at("2026-11-20 17:30")
    assert from_us(calendar.advance(friday, 30 * 60_000_000 + 1)) == at("2026-11-23 08:30") + timedelta(microseconds=1)


def test_an_override_beats_the_weekday() -> None:
    calendar = office(d20261123=(), d20261122=("10:00-11:00",))
    friday = to_us(at("2026-11-20 17:00"))
    assert from_us(calendar.advance(friday, 45 * 60_000_000)) == at("2026-11-22 10:15")
    assert from_us(calendar.advance(friday, 120 * 60_000_000)) == at("2026-11-24 09:00")


def test_calendar_days_end_at_midnight_and_natural_days_after_24_hours() -> None:
    calendar = office()
    start = to_us(at("2026-10-01 15:00"))
    assert from_us(calendar.end_of_date(start, 0)) == at("2026-10-02 00:00")
    assert from_us(calendar.end_of_date(start, 3)) == at("2026-10-05 00:00")
    assert NATURAL.advance(start, budget_us(1440, Unit.NATURAL, start, calendar)) == to_us(at("2026-10-02 15:00"))


@pytest.mark.parametrize(
    "definition",
    [
        {"weekly": {}},
        {"weekly": {"mon": []}},
        {"weekly": {"mon": ["09:00-09:00"]}},
        {"weekly": {"mon": ["18:00-09:00"]}},
        {"weekly": {"mon": ["09:00-12:00", "11:00-13:00"]}},
        {"weekly": {"mon": ["13:00-14:00", "09:00-12:00"]}},
        {"weekly": {"mon": ["9-12"]}},
        {"weekly": {"mon": ["09:00-24:30"]}},
        {"weekly": {"mon": ["09:00-12:00"]}, "overrides": {"2026-01-01": ["12:00-11:00"]}},
        {"weekly": {"mon": ["09:00-12:00"]}, "zone": "Mars/Olympus"},
    ],
)
def test_a_calendar_is_refused_when_it_makes_no_sense(definition: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CalendarDefinition.model_validate(definition)


def test_deadlines_are_provisional_when_they_reach_an_unpublished_year() -> None:
    calendar = chinese()
    published = last_published_year()
    received = to_us(datetime(published, 12, 29, tzinfo=UTC))
    assert not calendar.is_provisional(calendar.close_of_working_day(received, 1))
    assert calendar.is_provisional(calendar.close_of_working_day(received, 5))
    assert not calendar.is_working(date(published + 1, 1, 1))  # known by law, whoever publishes it


def test_an_imported_year_replaces_the_guess() -> None:
    year = last_published_year() + 1
    guessed = seed(OFFICE)
    imported = publish_year(guessed, year, {date(year, 1, 4): ()})
    assert imported.provisional_from == date(year + 1, 1, 1)
    assert [day for day in imported.overrides if day.year == year] == [date(year, 1, 4)]


def test_a_calendar_says_so_when_it_ends() -> None:
    with pytest.raises(BeyondCalendarError):
        office().advance(to_us(datetime(2190, 1, 1, tzinfo=UTC)), 10**18)
