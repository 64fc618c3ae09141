"""Periods of plans, windows of occasions, whose turn it is: pure."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.inspection.policy_programme import Occasion, Pace, PlanTerms
from services.inspection.programme.rules.windows import Span, due_spans, span_of, turn_of, windows

ZONE = ZoneInfo("Asia/Shanghai")


def occasion(every: Pace, **more: object) -> Occasion:
    said = {"code": "one", "name": "检查", "kind": "routine", "every": every, "clause": "inspection", **more}
    return Occasion.model_validate(said)


@pytest.mark.parametrize(
    ("pace", "day", "name", "after"),
    [
        (Pace.MONTH, date(2026, 12, 31), "2026-12", date(2027, 1, 1)),
        (Pace.QUARTER, date(2026, 11, 24), "2026-Q4", date(2027, 1, 1)),
        (Pace.QUARTER, date(2027, 3, 31), "2027-Q1", date(2027, 4, 1)),
        (Pace.YEAR, date(2028, 2, 29), "2028", date(2029, 1, 1)),
    ],
)
def test_a_day_lies_in_one_span_of_each_pace(pace: Pace, day: date, name: str, after: date) -> None:
    span = span_of(pace, day)
    assert (span.name, span.after) == (name, after)


@pytest.mark.parametrize(
    ("today", "made_days", "names"),
    [
        (date(2026, 11, 23), 7, ["2026-11"]),
        (date(2026, 11, 24), 7, ["2026-11", "2026-12"]),
        (date(2026, 12, 1), 7, ["2026-12"]),
        (date(2026, 12, 1), 31, ["2026-12", "2027-01"]),
    ],
)
def test_the_next_plan_is_due_so_many_days_before_its_period(today: date, made_days: int, names: list[str]) -> None:
    assert [span.name for span in due_spans(Pace.MONTH, today, made_days)] == names


def test_a_plan_made_late_still_leaves_days_for_its_approval() -> None:
    terms = PlanTerms(made_days=7, stands_days=1, least_days=3, clause="inspection")
    span = Span(Pace.MONTH, date(2026, 12, 1))
    early, late = datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 12, 10, 2, tzinfo=UTC)
    assert span.due_at(terms, early, ZONE) == datetime(2026, 11, 30, tzinfo=ZONE)
    assert span.due_at(terms, late, ZONE) == datetime(2026, 12, 14, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("every", "more", "pace", "expected"),
    [
        (Pace.MONTH, {"until_day": 25}, Pace.MONTH, [("2026-02-01", "2026-02-26")]),
        (Pace.MONTH, {"from_day": 31, "until_day": 31}, Pace.MONTH, [("2026-02-28", "2026-03-01")]),
        (Pace.MONTH, {"times": 2}, Pace.MONTH, [("2026-02-01", "2026-03-01")] * 2),
        (Pace.MONTH, {}, Pace.QUARTER, [(f"2026-0{m}-01", f"2026-0{m + 1}-01") for m in (1, 2, 3)]),
        (Pace.YEAR, {"from_day": 305}, Pace.YEAR, [("2026-11-01", "2027-01-01")]),
    ],
)
def test_windows_lie_within_their_month_quarter_or_year(
    every: Pace, more: dict[str, object], pace: Pace, expected: list[tuple[str, str]]
) -> None:
    found = list(windows(occasion(every, **more), span_of(pace, date(2026, 2, 10)), ZONE))
    assert [(f"{one.from_at:%Y-%m-%d}", f"{one.until_at:%Y-%m-%d}") for one in found] == expected
    assert len({one.key for one in found}) == len(found)


def test_turns_go_on_from_plan_to_plan_without_leaving_one_out() -> None:
    every_month = occasion(Pace.MONTH)
    numbers = [next(windows(every_month, span_of(Pace.MONTH, date(2026, m, 1)), ZONE)).number for m in range(1, 13)]
    turns = [turn_of(("a", "b", "c"), number) for number in numbers]
    assert sorted(set(turns[:3]), key=str) == ["a", "b", "c"]
    assert turns == turns[:3] * 4
    assert turn_of((), 3) is None
