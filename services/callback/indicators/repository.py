"""Every SQL statement of the figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

_SHARES = text("""
select s.business, s.tier, s.numerator, s.denominator,
       count(*) filter (where d.is_drawn) as drawn, count(*) as seen
from callback_draws d join draw_strata s on s.id = d.stratum_id
where d.company = :company and d.occurred_at >= :from_at and d.occurred_at < :until_at
group by 1, 2, 3, 4 order by 1, 2, 3, 4
""")
_COLUMNS = {"tier": "tier", "category": "business", "department": "department"}
_CALLS = """
select {value} as value,
       count(*) filter (where latest_at >= :from_at and latest_at < :until_at and state = 'done') as in_window,
       count(*) filter (where latest_at >= :from_at and latest_at < :until_at and state in ('done', 'missed')) as due,
       count(*) filter (where latest_at >= :from_at and latest_at < :until_at and latest_at <= :now
                          and state not in ('done', 'missed')) as open,
       count(*) filter (where {called} and outcome = 'reached') as reached,
       count(*) filter (where {called}) as called,
       count(*) filter (where {called} and is_satisfied) as satisfied,
       count(*) filter (where {called} and is_satisfied is not null) as answered,
       count(*) filter (where {called} and outcome = 'reached' and is_satisfied is null) as unanswered
from callbacks
where company = :company and state <> 'void'
  and (latest_at >= :from_at and latest_at < :until_at or {called})
group by 1 order by 1
"""
_CALLED = "(state = 'done' and completed_at >= :from_at and completed_at < :until_at)"
_OPINIONS = """
select {value} as value,
       count(*) filter (where c.deadline_at is not null and c.state = 'met' and c.breached_at is null
                           or c.breach_retracted_at is not null) as kept,
       count(*) filter (where c.deadline_at is not null
                          and (c.state in ('met', 'breached') or c.breached_at is not null)) as due,
       count(*) filter (where c.deadline_at is null) as untargeted,
       count(*) filter (where c.deadline_at is not null and c.breached_at is not null and c.stopped_at is null) as open
from clocks c join opinions o on o.id = c.subject_id
where c.company = :company and c.subject_type = 'opinion' and c.metric = 'answer' and c.state <> 'cancelled'
  and coalesce(c.deadline_at, c.started_at) >= :from_at and coalesce(c.deadline_at, c.started_at) < :until_at
  and (c.deadline_at is null or c.deadline_at <= :now or c.state = 'met')
group by 1 order by 1
"""
_OPINION_COLUMNS = {"tier": "o.tier", "category": "o.kind", "department": "o.department"}


async def shares(session: AsyncSession, company: str, from_at: datetime, until_at: datetime) -> Sequence[Row[Any]]:
    """Events numbered in the period, by business, tier and ratio: how many, and how many were drawn."""
    values = {"company": company, "from_at": from_at, "until_at": until_at}
    return (await session.execute(_SHARES, values)).all()


async def calls(
    session: AsyncSession, company: str, dimension: str, from_at: datetime, until_at: datetime, *, now: datetime
) -> Sequence[Row[Any]]:
    """Callbacks that fell due or were made in the period; void ones count nowhere."""
    statement = text(_CALLS.format(value=_COLUMNS[dimension], called=_CALLED))
    values = {"company": company, "from_at": from_at, "until_at": until_at, "now": now}
    return (await session.execute(statement, values)).all()


async def opinions(
    session: AsyncSession, company: str, dimension: str, from_at: datetime, until_at: datetime, *, now: datetime
) -> Sequence[Row[Any]]:
    """Answers to opinions that fell due in the period."""
    statement = text(_OPINIONS.format(value=_OPINION_COLUMNS[dimension]))
    values = {"company": company, "from_at": from_at, "until_at": until_at, "now": now}
    return (await session.execute(statement, values)).all()
