"""What a missed promise is worth after how long: pure."""

from datetime import UTC, datetime, timedelta

import pytest

from services.complaint.policy_redress import Per
from services.complaint.redress.rules import Terms, Wait, waits_of, worth

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY_HOUR = Terms(Per.PERIOD, 100, HOUR, 350)


def test_once_is_once_and_final() -> None:
    found = worth(Terms(Per.ONCE, 500), AT, AT + 90 * HOUR, ended_at=None)
    assert (found.amount_fen, found.steps, found.next_step_at, found.is_final) == (500, 1, None, True)


@pytest.mark.parametrize(
    ("hours", "amount", "steps", "next_hours"),
    [(0, 100, 1, 1), (0.99, 100, 1, 1), (1, 200, 2, 2), (2.5, 300, 3, 3), (3, 350, 4, None), (90, 350, 4, None)],
)
def test_each_further_period_counts_up_to_the_cap(
    hours: float, amount: int, steps: int, next_hours: int | None
) -> None:
    found = worth(BY_HOUR, AT, AT + hours * HOUR, ended_at=None)
    assert (found.amount_fen, found.steps) == (amount, steps)
    assert found.next_step_at == (None if next_hours is None else AT + next_hours * HOUR)
    assert found.is_final is (next_hours is None)


def test_the_answer_ends_it_whenever_it_is_looked_at() -> None:
    found = worth(BY_HOUR, AT, AT + 50 * HOUR, ended_at=AT + 1.5 * HOUR)
    assert (found.amount_fen, found.steps, found.is_final) == (200, 2, True)
    early = worth(BY_HOUR, AT, AT + HOUR, ended_at=AT - HOUR)
    assert (early.amount_fen, early.steps) == (100, 1)


def test_waits_that_the_pack_allows_do_not_count() -> None:
    waits = waits_of([("paused", AT + 0.5 * HOUR), ("resumed", AT + 10.5 * HOUR)])
    assert worth(BY_HOUR, AT, AT + 10.9 * HOUR, ended_at=None, waits=waits).steps == 1
    found = worth(BY_HOUR, AT, AT + 11 * HOUR, ended_at=None, waits=waits)
    assert (found.steps, found.next_step_at) == (2, AT + 12 * HOUR)
    waiting = worth(BY_HOUR, AT, AT + 40 * HOUR, ended_at=None, waits=[Wait(AT + 0.5 * HOUR)])
    assert (waiting.steps, waiting.next_step_at, waiting.is_final) == (1, None, False)
