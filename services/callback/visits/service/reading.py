"""Reading visits; what was learnt is read one visit at a time, audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.visits.models import FindingRow, MoveRow, ParticipantRow, ProofRow, VisitRow
from services.callback.visits.repository import visits
from services.callback.visits.service.desk import READ, audit
from shared.access.principal import Principal
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit with all that belongs to it."""

    row: VisitRow
    participants: Sequence[ParticipantRow]
    proofs: Sequence[ProofRow]
    moves: Sequence[MoveRow]
    findings: Sequence[FindingRow]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was written down of the customer's words."""

    visit_id: UUID
    learnt: str | None
    note: str | None
    findings: dict[UUID, str]


async def read(session: AsyncSession, visit_id: UUID, scope: RowScope) -> VisitRow:
    """One of the scope.  Raises: VisitNotFoundError."""
    return await visits.get(session, visit_id, scope)


async def shown(session: AsyncSession, visit_id: UUID, scope: RowScope) -> Shown:
    """One of the scope with all that belongs to it.  Raises: VisitNotFoundError."""
    row = await visits.get(session, visit_id, scope)
    return Shown(
        row,
        await visits.participants(session, visit_id),
        await visits.proofs(session, visit_id),
        await visits.moves(session, visit_id),
        await visits.findings(session, visit_id),
    )


async def learnt(session: AsyncSession, visit_id: UUID, scope: RowScope, *, now: datetime) -> Learnt:
    """What was learnt on a visit of the scope; audited.  Raises: VisitNotFoundError."""
    row = await visits.get(session, visit_id, scope)
    found = await visits.findings(session, visit_id)
    await audit(session, row, "read_learnt_of", now)
    return Learnt(row.id, row.learnt, row.note, {one.id: one.words for one in found if one.words})


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: dict[str, Any],
    *,
    is_gap: bool | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[VisitRow]:
    """By the beginning of their windows."""
    return await visits.page(session, scope, wanted, is_gap=is_gap, after=after, limit=limit)


async def of_customer(session: AsyncSession, company: str, customer_id: UUID, from_at: datetime) -> Sequence[VisitRow]:
    """A customer's visits from an instant on, and those still open."""
    return await visits.of_customer(session, company, customer_id, from_at)


async def ensure_readable(session: AsyncSession, principal: Principal, visit_id: UUID) -> None:
    """Raises: VisitNotFoundError."""
    await visits.get(session, visit_id, principal.scope(READ))


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a visit of the scope has the file as its proof."""
    return await visits.naming_file(session, file_id, scope)
