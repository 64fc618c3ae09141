"""Statements on the keeper's tasks, and on how far the sweeps have looked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryTaskNotFoundError
from services.customer.entry_quality.models import EntryTaskRow
from services.customer.entry_quality.repository.detectors import staff
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=EntryTaskRow.company,
    owners=(EntryTaskRow.entered_by,),
    department=EntryTaskRow.department,
    posts=EntryTaskRow.posts,
)


async def add(session: AsyncSession, values: dict[str, Any]) -> EntryTaskRow | None:
    """Store a task; None if the work has one."""
    statement = insert(EntryTaskRow).values(**values).on_conflict_do_nothing().returning(EntryTaskRow)
    return (await session.execute(statement)).scalar_one_or_none()


async def get(session: AsyncSession, task_id: UUID, scope: RowScope, *, lock: bool = False) -> EntryTaskRow:
    """One of the scope.  Raises: EntryTaskNotFoundError."""
    statement = select(EntryTaskRow).where(EntryTaskRow.id == task_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise EntryTaskNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[EntryTaskRow]:
    """Newest first."""
    row = EntryTaskRow
    statement = select(row).where(scope.clause(SCOPE))
    if state is not None:
        statement = statement.where(row.state == state)
    if customer_id is not None:
        statement = statement.where(row.customer_id == customer_id)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()


_MARK = text("select looked_until from entry_marks where company = :company and sweep = :sweep for update")
_KEEP = text("""
insert into entry_marks (company, sweep, looked_until) values (:company, :sweep, :until)
on conflict (company, sweep) do update set looked_until = greatest(entry_marks.looked_until, excluded.looked_until)
""")


async def looked_until(session: AsyncSession, company: str, sweep: str) -> datetime | None:
    """Up to when the sweep has looked; locked, so that one at a time looks."""
    found: datetime | None = await session.scalar(_MARK, {"company": company, "sweep": sweep})
    return found


async def keep_mark(session: AsyncSession, company: str, sweep: str, until: datetime) -> None:
    """Remember it."""
    await session.execute(_KEEP, {"company": company, "sweep": sweep, "until": until})


_ACCOUNTS = text("""
select a.id as source_id, a.customer_id, a.recorded_at as occurred_at, cast(null as uuid) as matter_id, c.tier
from account_changes a join customers c on c.id = a.customer_id
where a.company = :company and a.recorded_at >= :since and a.recorded_at < :until and a.kind = any(:kinds)
  and not exists (select from entry_tasks t where t.company = a.company and t.concern = :concern
    and t.source_type = 'account_change' and t.source_id = a.id)
order by a.recorded_at limit :size
""").bindparams(bindparam("kinds", type_=ARRAY(Text)))
_ORDERS = text("""
select o.id as source_id, o.customer_id, o.completed_at as occurred_at, o.matter_id, o.tier
from service_orders o
where o.company = :company and o.completed_at >= :since and o.completed_at < :until and o.work = any(:kinds)
  and o.customer_id is not null
  and not exists (select from entry_tasks t where t.company = o.company and t.concern = :concern
    and t.source_type = 'order' and t.source_id = o.id)
order by o.completed_at limit :size
""").bindparams(bindparam("kinds", type_=ARRAY(Text)))
SOURCES: Mapping[str, Any] = {"account_change": _ACCOUNTS, "order": _ORDERS}
"""What was done and has no task yet, by the kind of source."""


async def untold(
    session: AsyncSession,
    source: str,
    company: str,
    concern: str,
    kinds: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    size: int,
) -> Sequence[Mapping[Any, Any]]:
    """Work that changed base data and has no task."""
    values = {
        "company": company,
        "concern": concern,
        "kinds": list(kinds),
        "since": since,
        "until": until,
        "size": size,
    }
    return (await session.execute(SOURCES[source], values)).mappings().all()


_ENTERED = text(f"""
select t.id, e.actor, e.at from entry_tasks t
cross join lateral (select {staff("e.actor")} as actor, e.at from customer_changes e
  join staff s on s.company = e.company and s.id = {staff("e.actor")} and s.posts && :posts
  where e.company = t.company and e.customer_id = t.customer_id and e.at > t.occurred_at order by e.id limit 1) e
where t.company = :company and t.state = 'open' order by t.id limit :size
""").bindparams(bindparam("posts", type_=ARRAY(Text)))  # noqa: S608  # a column of ours


async def entered(
    session: AsyncSession, company: str, posts: Sequence[str], *, size: int
) -> Sequence[tuple[UUID, UUID, datetime]]:
    """Open tasks whose customer a holder of the posts has changed since: task, person, when."""
    rows = await session.execute(_ENTERED, {"company": company, "posts": list(posts), "size": size})
    return [(row.id, row.actor, row.at) for row in rows]
