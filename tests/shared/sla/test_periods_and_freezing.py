"""Periods are civil time; a closed month is frozen once and for ever (sla.md 15, 18)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from shared.ids import new_id
from shared.sla.indicators import freeze_indicators, frozen_indicators, live_indicators
from shared.sla.periods import PeriodInvalidError, ended_before, parse_period
from tests.support.servers import TestPostgres

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026-11", "2026-11-01", "2026-12-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026", "2026-01-01", "2027-01-01"),
    ],
)
def test_period_runs_from_midnight_to_midnight(text: str, first: str, after: str) -> None:
    period = parse_period(text, SHANGHAI)
    assert (period.from_at.isoformat(), period.until_at.isoformat()) == (
        f"{first}T00:00:00+08:00",
        f"{after}T00:00:00+08:00",
    )


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "2025-W53", "26-11", "", "2026-W00", "1999-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodInvalidError):
        parse_period(text, SHANGHAI)


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        ("2026-11-30T16:10Z", ("2026-W48", "2026-11", "2026-Q3", "2025")),
        ("2026-11-30T15:59Z", ("2026-W48", "2026-10", "2026-Q3", "2025")),
        ("2026-11-29T15:59Z", ("2026-W47", "2026-10", "2026-Q3", "2025")),
        ("2027-01-03T16:10Z", ("2026-W53", "2026-12", "2026-Q4", "2026")),
    ],
)
def test_what_has_ended_is_civil(now: str, ended: tuple[str, ...]) -> None:
    assert ended_before(datetime.fromisoformat(now), SHANGHAI) == ended


_CLOCK = """
insert into clocks (id, company, subject_type, subject_id, metric, state, tier, pack, chapter, policy_version, calendar,
  calendar_revision, unit, budget, started_at, deadline_at, stopped_at, breached_at, routing)
values ($1, $2, 'complaint', $3, 'response', $4, 'vip', 'xxx-gas', 'complaint', '2010.1', 'natural', 0, 'natural', $5,
  $6, $7, $8, $9, '{}')
"""


async def test_closed_month_answers_what_was_frozen(postgres: TestPostgres, company: str) -> None:
    due = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    hour = timedelta(hours=1)
    connection = await asyncpg.connect(postgres.dsn("callback"))
    try:
        rows = [
            ("met", 60, due, due - hour / 2, None),
            ("breached", 60, due, None, due),
            ("met", None, None, due, None),
            ("cancelled", 60, due, due, None),
        ]
        for state, budget, deadline, stopped, breached in rows:
            await connection.execute(
                _CLOCK, new_id(), company, new_id(), state, budget, due - hour, deadline, stopped, breached
            )
        march = parse_period("2026-03", SHANGHAI)
        live = await live_indicators(connection, company, march, now=due + hour)
        assert [(i.numerator, i.denominator, i.untargeted, i.unanswered) for i in live] == [(1, 2, 1, 1)]
        await freeze_indicators(connection, company, march, now=march.until_at)
        await connection.execute("update clocks set stopped_at = $2 where company = $1", company, due + 2 * hour)
        again = await freeze_indicators(connection, company, march, now=march.until_at + hour)
        assert list(again) == list(await frozen_indicators(connection, company, march)) == live
    finally:
        await connection.close()
