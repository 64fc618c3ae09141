"""Rows of visits and of what belongs to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.visits.errors import VisitNotFoundError
from services.callback.visits.models import FindingRow, MoveRow, ParticipantRow, ProofRow, VisitRow
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=VisitRow.company,
    owners=(VisitRow.owner_id, VisitRow.started_by),
    team=VisitRow.team,
    department=VisitRow.department,
    posts=VisitRow.posts,
)
_OPEN = VisitRow.state.in_(("planned", "rescheduled"))


async def add(session: AsyncSession, *rows: Any) -> None:
    """Store new rows."""
    session.add_all(rows)
    await session.flush()


async def get(session: AsyncSession, visit_id: UUID, scope: RowScope, *, lock: bool = False) -> VisitRow:
    """One of the scope.  Raises: VisitNotFoundError, also for one that lies outside the scope."""
    statement = select(VisitRow).where(VisitRow.id == visit_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise VisitNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: dict[str, Any],
    *,
    is_gap: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[VisitRow]:
    """By the beginning of their windows; `wanted` are columns and values, None = any."""
    statement = select(VisitRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(VisitRow, name) == value)
    if is_gap is not None:
        statement = statement.where(VisitRow.gap.is_not(None) if is_gap else VisitRow.gap.is_(None))
    if after is not None:
        from_at, visit_id = after
        statement = statement.where(
            or_(VisitRow.window_from > from_at, (VisitRow.window_from == from_at) & (VisitRow.id > visit_id))
        )
    return (await session.scalars(statement.order_by(VisitRow.window_from, VisitRow.id).limit(limit))).all()


async def participants(session: AsyncSession, visit_id: UUID) -> Sequence[ParticipantRow]:
    """Who took part."""
    statement = select(ParticipantRow).where(ParticipantRow.visit_id == visit_id).order_by(ParticipantRow.id)
    return (await session.scalars(statement)).all()


async def proofs(session: AsyncSession, visit_id: UUID) -> Sequence[ProofRow]:
    """The proofs."""
    statement = select(ProofRow).where(ProofRow.visit_id == visit_id).order_by(ProofRow.id)
    return (await session.scalars(statement)).all()


async def findings(session: AsyncSession, visit_id: UUID) -> Sequence[FindingRow]:
    """What was learnt that others work on."""
    statement = select(FindingRow).where(FindingRow.visit_id == visit_id).order_by(FindingRow.id)
    return (await session.scalars(statement)).all()


async def moves(session: AsyncSession, visit_id: UUID) -> Sequence[MoveRow]:
    """How the date was moved, first to last."""
    statement = select(MoveRow).where(MoveRow.visit_id == visit_id).order_by(MoveRow.position)
    return (await session.scalars(statement)).all()


async def naming_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a visit of the scope has the file as its proof."""
    statement = (
        select(VisitRow.id)
        .join(ProofRow, ProofRow.visit_id == VisitRow.id)
        .where(ProofRow.file_id == file_id, scope.clause(SCOPE))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def under_way(session: AsyncSession, company: str, service: str, subject_id: UUID) -> bool:
    """Whether the same service was started for somebody and is not finished; locks the subject's name."""
    name = f"visit:{company}:{service}:{subject_id}"
    await one_at_a_time(session, name)
    statement = select(VisitRow.id).where(
        VisitRow.company == company,
        VisitRow.service == service,
        VisitRow.subject_id == subject_id,
        VisitRow.origin == "started",
        _OPEN,
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def open_of_customer(session: AsyncSession, company: str, customer_id: UUID) -> Sequence[VisitRow]:
    """A customer's visits that are still to be made, locked in the order of their ids."""
    statement = (
        select(VisitRow)
        .where(VisitRow.company == company, VisitRow.customer_id == customer_id, _OPEN)
        .order_by(VisitRow.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def of_customer(session: AsyncSession, company: str, customer_id: UUID, from_at: datetime) -> Sequence[VisitRow]:
    """A customer's visits whose windows begin from an instant on, and those still open."""
    statement = select(VisitRow).where(
        VisitRow.company == company,
        VisitRow.customer_id == customer_id,
        or_(VisitRow.window_from >= from_at, _OPEN),
    )
    return (await session.scalars(statement.order_by(VisitRow.window_from, VisitRow.id))).all()


async def unopened(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[VisitRow]:
    """Visits whose windows have begun and whose clocks have not, locked."""
    statement = select(VisitRow).where(
        VisitRow.company == company, VisitRow.opened_at.is_(None), VisitRow.window_from <= now, _OPEN
    )
    return await _locked(session, statement, limit)


async def overdue(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[VisitRow]:
    """Visits that were not made in time, locked."""
    statement = select(VisitRow).where(VisitRow.company == company, VisitRow.due_at < now, _OPEN)
    return await _locked(session, statement, limit)


async def too_late(session: AsyncSession, company: str, due_before: datetime, limit: int) -> Sequence[VisitRow]:
    """Missed ones that may not be made up for any more, locked."""
    statement = select(VisitRow).where(
        VisitRow.company == company,
        VisitRow.state == "missed",
        VisitRow.ended_at.is_(None),
        VisitRow.due_at < due_before,
    )
    return await _locked(session, statement, limit)


async def blank(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what was written of a customer; the rows stay."""
    own = select(VisitRow.id).where(VisitRow.company == company, VisitRow.customer_id == customer_id)
    await session.execute(
        update(VisitRow)
        .where(VisitRow.company == company, VisitRow.customer_id == customer_id)
        .values(learnt=None, note=None)
    )
    for row, values in ((FindingRow, {"words": None}), (ProofRow, {"note": None})):
        await session.execute(update(row).where(row.visit_id.in_(own)).values(**values))


async def _locked(session: AsyncSession, statement: Any, limit: int) -> Sequence[VisitRow]:
    chosen = statement.order_by(VisitRow.id).limit(limit).with_for_update(skip_locked=True)
    return (await session.scalars(chosen)).all()
