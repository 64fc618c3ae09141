"""Lunar days against published ones; a birthday returns once every lunar year, whatever the months' lengths."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.lunar import LunarDay, kept_on, lunar_day


@pytest.mark.parametrize(
    ("on", "month", "day", "is_leap"),
    [
        ("2026-02-17", 1, 1, False),
        ("2027-02-06", 1, 1, False),
        ("2026-09-25", 8, 15, False),
        ("2025-07-25", 6, 1, True),
        ("2033-12-22", 11, 1, True),
        ("1900-01-31", 1, 1, False),
    ],
)
def test_lunar_days_are_the_published_ones(on: str, month: int, day: int, is_leap: bool) -> None:
    assert lunar_day(date.fromisoformat(on)) == LunarDay(month, day, is_leap)


@pytest.mark.parametrize("kept", [LunarDay(1, 1), LunarDay(6, 15), LunarDay(11, 30), LunarDay(12, 30)])
def test_a_lunar_birthday_returns_once_a_lunar_year(kept: LunarDay) -> None:
    first = date(2024, 2, 10)
    days = [first + timedelta(days=offset) for offset in range((date(2036, 1, 28) - first).days)]
    found = [day for day in days if kept in kept_on(day)]
    assert len(found) == 12, "twelve lunar years, 2025 and 2033 with a leap month"
    gaps = [(after - before).days for before, after in pairwise(found)]
    assert all(353 <= gap <= 385 for gap in gaps), gaps
