"""Steps, spans, draws and figures of entry quality."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from services.customer.entry_quality.errors import EntryStepNotAllowedError
from services.customer.entry_quality.repository.detectors import LOOKS
from services.customer.entry_quality.repository.judging import _compiled
from services.customer.entry_quality.rules import states
from services.customer.entry_quality.rules.draws import drawn, sample_size
from services.customer.entry_quality.rules.figures import Line, digest, summary
from services.customer.entry_quality.rules.periods import (
    Span,
    day_before,
    first_id,
    month_before,
    months_back,
    week_before,
)
from services.customer.policy_quality import Detector
from shared.ids import new_id

ZONE = ZoneInfo("Asia/Shanghai")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("steps", "act", "allowed"),
    [
        (states.FINDING, "correct", {"open": "corrected", "contested": "corrected"}),
        (states.FINDING, "contest", {"open": "contested", "corrected": "contested"}),
        (states.FINDING, "confirm", {"open": "confirmed", "corrected": "confirmed", "contested": "confirmed"}),
        (states.FINDING, "dismiss", {"open": "dismissed", "corrected": "dismissed", "contested": "dismissed"}),
        (states.WITHDRAWAL, "propose", {"due": "proposed"}),
        (states.WITHDRAWAL, "drop", {"due": "rejected"}),
        (states.WITHDRAWAL, "approve", {"proposed": "withdrawn"}),
        (states.WITHDRAWAL, "reject", {"proposed": "rejected"}),
        (states.WITHDRAWAL, "restore", {"withdrawn": "restored"}),
        (states.MISUSE, "explain", {"open": "explained", "explained": "explained"}),
        (states.MISUSE, "accept", {"explained": "accepted"}),
        (states.MISUSE, "confirm", {"open": "confirmed", "explained": "confirmed"}),
    ],
)
def test_each_step_leads_where_it_is_allowed_and_nowhere_else(
    steps: dict[str, tuple[frozenset[str], str]], act: str, allowed: dict[str, str]
) -> None:
    kinds = {id(states.FINDING): states.FindingState, id(states.WITHDRAWAL): states.WithdrawalState}
    for state in kinds.get(id(steps), states.MisuseState):
        if state in allowed:
            assert states.after(steps, act, state) == allowed[state]
        else:
            with pytest.raises(EntryStepNotAllowedError):
                states.after(steps, act, state)


def test_spans_are_civil_days_weeks_and_months() -> None:
    at = local(2026, 3, 1, 0, 40)
    assert day_before(at, ZONE) == Span("2026-02-28", local(2026, 2, 28), local(2026, 3, 1))
    assert month_before(at, ZONE) == Span("2026-02", local(2026, 2, 1), local(2026, 3, 1))
    assert week_before(at, ZONE) == Span("2026-W08", local(2026, 2, 16), local(2026, 2, 23))
    assert Span.week(date(2027, 1, 1), ZONE).name == "2026-W53"
    # 00:30 in Shanghai is still the day before in UTC
    assert day_before(datetime(2026, 2, 28, 16, 30, tzinfo=UTC), ZONE).name == "2026-02-28"


@pytest.mark.parametrize(
    ("at", "months", "back"),
    [
        (local(2026, 11, 23), 12, local(2025, 11, 23)),
        (local(2026, 3, 31), 1, local(2026, 2, 28)),
        (local(2026, 1, 15), 1, local(2025, 12, 15)),
        (local(2026, 12, 31), 1, local(2026, 11, 30)),
    ],
)
def test_months_back_keep_the_day_or_take_the_last(at: datetime, months: int, back: datetime) -> None:
    assert months_back(at, months, ZONE) == back


def test_no_row_of_a_span_lies_below_its_first_id() -> None:
    assert first_id(datetime.now(UTC)) < new_id()
    assert first_id(datetime.now(UTC)) > first_id(datetime(2020, 1, 1, tzinfo=UTC))
    assert first_id(datetime(1970, 1, 1, tzinfo=UTC)) == UUID(int=0)


@pytest.mark.parametrize(("population", "size"), [(0, 0), (3, 3), (5, 5), (100, 5), (101, 6), (1000, 50)])
def test_the_sample_is_five_percent_rounded_up_and_at_least_five(population: int, size: int) -> None:
    assert sample_size(population, percent=5, at_least=5) == size


def test_the_draw_depends_on_the_seed_alone() -> None:
    ids = [uuid4() for _ in range(50)]
    assert drawn("a", ids, 5) == drawn("a", reversed(ids), 5)
    assert drawn("a", ids, 50) != drawn("b", ids, 50)
    assert len(set(drawn("a", ids, 5))) == 5


def test_the_months_figures_add_up_and_the_digest_does_not_depend_on_the_order() -> None:
    one, two = uuid4(), uuid4()
    lines = [
        Line(one, "customer_service", "late", 3, 2, 1, 40),
        Line(one, "customer_service", "wrong", 1, 1, 0, 40),
        Line(two, "call_centre", "late", 2, 0, 2, 10),
        Line(None, None, "missing", 1, 0, 0, 0),
    ]
    told = summary(lines)
    assert told["total"] == {"found": 7, "confirmed": 3, "dismissed": 3, "entries": 50}
    assert told["departments"]["customer_service"] == {"found": 4, "confirmed": 3, "dismissed": 1, "entries": 40}
    assert told["kinds"]["late"] == {"found": 5, "confirmed": 2, "dismissed": 3}
    assert digest("2026-11", lines) == digest("2026-11", lines[::-1])
    assert digest("2026-11", lines) != digest("2026-12", lines)
    assert digest("2026-11", lines) != digest("2026-11", lines[:3])


def test_every_detector_of_the_pack_has_its_statement() -> None:
    assert set(LOOKS) == set(Detector)
    for detector in Detector:
        _compiled(detector)
