"""Every SQL statement of the interface to supervision centres."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.supervision.errors import SupervisionNotFoundError
from services.callback.supervision.models import SupervisionOpinionRow
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=SupervisionOpinionRow.company,
    owners=(SupervisionOpinionRow.owner_id, SupervisionOpinionRow.received_by),
    team=SupervisionOpinionRow.team,
    department=SupervisionOpinionRow.department,
    posts=SupervisionOpinionRow.posts,
)
FOLLOWED = ScopeColumns(
    company=SupervisionOpinionRow.company,
    owners=(SupervisionOpinionRow.complaint_owner_id,),
    team=SupervisionOpinionRow.complaint_team,
    department=SupervisionOpinionRow.complaint_department,
    posts=SupervisionOpinionRow.complaint_posts,
)
"""Whoever works on the complaint that it became."""


async def add(session: AsyncSession, row: SupervisionOpinionRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def known(session: AsyncSession, company: str, source: str, reference: str) -> SupervisionOpinionRow | None:
    """The one with the reference, locked; arrivals of the same reference wait for one another."""
    await one_at_a_time(session, f"supervision:{company}:{source}:{reference}")
    statement = (
        select(SupervisionOpinionRow)
        .where(
            SupervisionOpinionRow.company == company,
            SupervisionOpinionRow.source == source,
            SupervisionOpinionRow.reference == reference,
        )
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def get(
    session: AsyncSession, opinion_id: UUID, scope: RowScope, *, lock: bool = False, is_followed: bool = False
) -> SupervisionOpinionRow:
    """One of the scope, with `is_followed` also by the complaint that it became.  Raises: SupervisionNotFoundError."""
    within = scope.clause(SCOPE)
    if is_followed:
        within = or_(within, scope.clause(FOLLOWED))
    statement = select(SupervisionOpinionRow).where(SupervisionOpinionRow.id == opinion_id, within)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise SupervisionNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[SupervisionOpinionRow]:
    """Newest first; `wanted` are columns and values, None = any."""
    statement = select(SupervisionOpinionRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(SupervisionOpinionRow, name) == value)
    if before is not None:
        statement = statement.where(SupervisionOpinionRow.id < before)
    return (await session.scalars(statement.order_by(SupervisionOpinionRow.id.desc()).limit(limit))).all()


async def by_complaint(
    session: AsyncSession, company: str, *, event_id: UUID | None, complaint_id: UUID
) -> Sequence[SupervisionOpinionRow]:
    """Those that the complaint's cause or the complaint itself names, locked."""
    named = SupervisionOpinionRow.complaint_id == complaint_id
    if event_id is not None:
        named = or_(named, SupervisionOpinionRow.complaint_event_id == event_id)
    statement = select(SupervisionOpinionRow).where(SupervisionOpinionRow.company == company, named)
    return (await session.scalars(statement.order_by(SupervisionOpinionRow.id).with_for_update())).all()


async def blank_words(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what an erased customer said, and what was answered."""
    statement = update(SupervisionOpinionRow).where(
        SupervisionOpinionRow.company == company, SupervisionOpinionRow.customer_id == customer_id
    )
    await session.execute(statement.values(words=None, words_digest="", draft=None, answer=None, return_reason=None))


async def handled(
    session: AsyncSession, company: str, from_at: datetime, until_at: datetime, *, now: datetime
) -> tuple[int, int, int, int]:
    """Of those whose deadline fell into the period: in time, judged; without a deadline; still open."""
    row = SupervisionOpinionRow
    due = (row.company == company, row.external_deadline_at >= from_at, row.external_deadline_at < until_at)
    on_time = func.count().filter(row.is_on_time.is_(True))
    judged = func.count().filter(or_(row.answered_at.is_not(None), row.external_deadline_at < now))
    unanswered = func.count().filter(row.answered_at.is_(None), row.external_deadline_at >= now)
    counted = (await session.execute(select(on_time, judged, unanswered).where(*due))).one()
    without = select(func.count()).where(
        row.company == company,
        row.external_deadline_at.is_(None),
        row.received_at >= from_at,
        row.received_at < until_at,
    )
    return counted[0], counted[1], int(await session.scalar(without) or 0), counted[2]
