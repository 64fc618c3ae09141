"""Every SQL statement of redress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.redress.errors import RedressNotFoundError
from services.complaint.redress.models import RedressRow
from services.complaint.redress.rules import OPEN, RedressState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=RedressRow.company,
    owners=(RedressRow.owner_id,),
    team=RedressRow.team,
    department=RedressRow.department,
    posts=RedressRow.posts,
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A missed promise, as its clock says it."""

    clock_id: UUID
    complaint_id: UUID
    metric: str
    cycle: int
    tier: str | None
    grade: str | None
    policy_version: str
    started_at: datetime
    breached_at: datetime
    detected_at: datetime
    stopped_at: datetime | None


_BREACHES = text("""
select k.id as clock_id, k.subject_id as complaint_id, k.metric, k.cycle, k.tier, k.grade, k.policy_version,
       k.started_at, k.breached_at, k.detected_at, k.stopped_at
from clocks k
where k.company = :company and k.breached_at is not null and k.breach_retracted_at is null
  and k.subject_type = 'complaint' and not k.is_aim and not k.is_consequence
  and (k.detected_at, k.id) > (:since, :after_id)
  and not exists (select 1 from redress r where r.clock_id = k.id)
order by k.detected_at, k.id limit :limit
""")
_MARK = text("select looked_until from redress_marks where company = :company for update")
_KEEP_MARK = text("""
insert into redress_marks (company, looked_until) values (:company, :until)
on conflict (company) do update set looked_until = greatest(redress_marks.looked_until, excluded.looked_until)
""")


async def breaches(
    session: AsyncSession, company: str, *, since: datetime, after_id: UUID, limit: int
) -> Sequence[Breach]:
    """Promises found missed since then that nothing was proposed for, in the order they were found."""
    values = {"company": company, "since": since, "after_id": after_id, "limit": limit}
    return [Breach(**row) for row in (await session.execute(_BREACHES, values)).mappings()]


async def looked_until(session: AsyncSession, company: str) -> datetime | None:
    """Up to when the company's breaches were looked at; locked, so that one at a time looks."""
    found: datetime | None = await session.scalar(_MARK, {"company": company})
    return found


async def keep_mark(session: AsyncSession, company: str, until: datetime) -> None:
    """Remember it."""
    await session.execute(_KEEP_MARK, {"company": company, "until": until})


_OPEN = text("""
select r.id, k.stopped_at, k.breach_retracted_at, k.state as clock_state, a.state as authorisation_state, a.approved_at,
       a.closed_at
from redress r join clocks k on k.id = r.clock_id left join authorisations a on a.id = r.authorisation_id
where r.company = :company and r.state in ('accruing', 'proposed', 'submitted', 'approved')
  and (k.breach_retracted_at is not null
       or r.state = 'accruing' and (r.next_step_at is null or r.next_step_at <= :now or k.stopped_at is not null)
       or r.state = 'submitted' and a.state <> 'pending')
order by r.id limit :limit
""")
_WAITS = text("""
select fact, occurred_at from clock_events
where clock_id = :clock_id and fact in ('paused', 'resumed', 'met', 'cancelled')
order by at, id
""")


async def due(session: AsyncSession, company: str, *, now: datetime, limit: int) -> Sequence[Mapping[str, Any]]:
    """Open redress of which something may have changed, with what its clock and its authorisation say."""
    return [
        dict(row) for row in (await session.execute(_OPEN, {"company": company, "now": now, "limit": limit})).mappings()
    ]


async def waits(session: AsyncSession, clock_id: UUID) -> Sequence[tuple[str, datetime]]:
    """When the clock began and ended to wait."""
    return [(row.fact, row.occurred_at) for row in await session.execute(_WAITS, {"clock_id": clock_id})]


async def add(session: AsyncSession, row: RedressRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def lock(session: AsyncSession, redress_id: UUID) -> RedressRow | None:
    """One that is still open, for a job; None while somebody else works on it."""
    statement = select(RedressRow).where(RedressRow.id == redress_id, RedressRow.state.in_([one.value for one in OPEN]))
    statement = statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def get(session: AsyncSession, redress_id: UUID, scope: RowScope, *, locked: bool = False) -> RedressRow:
    """One of the scope.  Raises: RedressNotFoundError, also for one that lies outside the scope."""
    statement = select(RedressRow).where(RedressRow.id == redress_id, scope.clause(SCOPE))
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise RedressNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    complaint_id: UUID | None,
    state: RedressState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[RedressRow]:
    """Newest first."""
    statement = select(RedressRow).where(scope.clause(SCOPE))
    if complaint_id is not None:
        statement = statement.where(RedressRow.complaint_id == complaint_id)
    if state is not None:
        statement = statement.where(RedressRow.state == state.value)
    if before is not None:
        statement = statement.where(RedressRow.id < before)
    return (await session.scalars(statement.order_by(RedressRow.id.desc()).limit(limit))).all()


_FILES = text(
    "select count(*) from stored_files where company = :company and created_by = :actor and id = any(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def own_files(session: AsyncSession, company: str, actor: str, file_ids: Sequence[UUID]) -> bool:
    """Whether the person uploaded every one of the files."""
    found = await session.scalar(_FILES, {"company": company, "actor": actor, "ids": list(file_ids)})
    return bool(found == len(set(file_ids)))


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a redress of the scope names the file as its proof."""
    proof = RedressRow.proof_ids.op("@>")(bindparam(None, [file_id], type_=ARRAY(Uuid)))
    return (await session.execute(select(RedressRow.id).where(scope.clause(SCOPE), proof).limit(1))).first() is not None
