"""Counts of plans, improvements, trainings, meetings and proposals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_COUNTS = (
    "count(*) filter (where state not in ('candidate', 'proposed', 'declined', 'cancelled')) as planned,"
    " count(*) filter (where state in ('done', 'accepted') and not coalesce(is_late, false)) as done_in_time,"
    " count(*) filter (where state in ('done', 'accepted') and is_late) as done_late,"
    " count(*) filter (where state in ('planned', 'under_way', 'returned')) as not_done,"
    " count(*) filter (where state = 'accepted') as accepted,"
    " count(*) filter (where state = 'cancelled') as cancelled"
)
_OF_PLAN = text(
    f"select {_COUNTS}, count(*) filter (where state = 'declined') as declined,"  # noqa: S608  # constants
    " count(*) filter (where is_improved) as improved from improvements where plan_id = :plan_id"
)
_FULFILMENT = text(
    f"select department, {_COUNTS} from improvements"  # noqa: S608  # constants
    " where company = any(:companies) and due_at > :since and due_at <= :until"
    " group by department order by department"
)
_GATHERINGS = text(
    "select kind, department, count(*) as owed,"
    " count(*) filter (where state = 'held' and not is_late) as held_in_time,"
    " count(*) filter (where state = 'held' and is_late) as held_late,"
    " count(*) filter (where state = 'missed') as missed,"
    " count(*) filter (where state = 'owed') as open"
    " from gathering_duties where company = any(:companies) and due_at > :since and due_at <= :until"
    " and (cast(:department as text) is null or department = :department)"
    " group by kind, department order by kind, department"
)
_HELD = text(
    "select kind, department, count(*) as held, sum(minutes) as minutes, sum(cardinality(person_ids)) as attendances"
    " from (select 'training' as kind, company, department, minutes, person_ids, held_at from trainings"
    " union all select 'meeting', company, department, minutes, person_ids, held_at from service_meetings) as records"
    " where company = any(:companies) and held_at >= :since and held_at < :until"
    " group by kind, department order by kind, department"
)
_PROPOSALS = text(
    "select department, count(*) as filed, count(*) filter (where state = 'accepted') as accepted,"
    " count(*) filter (where is_on_time) as answered_in_time,"
    " count(*) filter (where not is_on_time) as answered_late,"
    " count(*) filter (where state = 'open') as open"
    " from staff_proposals where company = any(:companies) and filed_at >= :since and filed_at < :until"
    " group by department order by department nulls last"
)
_STATEMENTS = {"fulfilment": _FULFILMENT, "held": _HELD, "proposals": _PROPOSALS}


async def of_plan(session: AsyncSession, plan_id: UUID) -> dict[str, int]:
    """What became of a plan's improvements."""
    await session.flush()
    return dict((await session.execute(_OF_PLAN, {"plan_id": plan_id})).mappings().one())


async def gatherings(
    session: AsyncSession,
    companies: Sequence[str],
    since: datetime,
    until: datetime,
    department: str | None = None,
) -> Sequence[Mapping[str, Any]]:
    """Duties whose period ended after `since` and not after `until`."""
    values = {"companies": list(companies), "since": since, "until": until, "department": department}
    return [dict(row) for row in (await session.execute(_GATHERINGS, values)).mappings()]


async def counts(
    session: AsyncSession, name: str, companies: Sequence[str], since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """`fulfilment`, `held` or `proposals` of a period."""
    values = {"companies": list(companies), "since": since, "until": until}
    return [dict(row) for row in (await session.execute(_STATEMENTS[name], values)).mappings()]
