"""Rows of the cases: one of a scope, locked where it is to be changed, and what belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.errors import ComplaintNotFoundError
from services.complaint.cases.models import ComplaintRow, ComplaintStepRow, ConsultationRow, EmergencyStepRow
from services.complaint.cases.rules import Viewer
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.posts,
)


READER_SCOPE = replace(SCOPE, posts=ComplaintRow.reader_posts)
"""Also what is for one of the caller's posts to do, whoever holds the case."""


def scoped(scope: RowScope) -> Select[ComplaintRow]:
    """Select of the cases that a scope reaches."""
    return select(ComplaintRow).where(scope.clause(SCOPE))


async def get(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, lock: bool = False) -> ComplaintRow:
    """One case of the scope.  Raises: ComplaintNotFoundError, also for a case that lies outside the scope."""
    return await _one(session, scoped(scope), complaint_id, lock=lock)


async def get_involved(
    session: AsyncSession, complaint_id: UUID, scope: RowScope, *, lock: bool = False
) -> ComplaintRow:
    """One case of the scope, or one in which something is for a post of the caller.  Raises: ComplaintNotFoundError."""
    return await _one(session, select(ComplaintRow).where(scope.clause(READER_SCOPE)), complaint_id, lock=lock)


async def _one(session: AsyncSession, cases: Select[ComplaintRow], complaint_id: UUID, *, lock: bool) -> ComplaintRow:
    statement = cases.where(ComplaintRow.id == complaint_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ComplaintNotFoundError
    return row


async def steps(session: AsyncSession, complaint_id: UUID) -> Sequence[ComplaintStepRow]:
    """The history of a case, oldest first."""
    statement = (
        select(ComplaintStepRow)
        .where(ComplaintStepRow.complaint_id == complaint_id)
        .order_by(ComplaintStepRow.at, ComplaintStepRow.id)
    )
    return (await session.execute(statement)).scalars().all()


async def emergency_step(session: AsyncSession, complaint_id: UUID, code: str) -> EmergencyStepRow | None:
    """One line of the emergency plan, locked."""
    return await session.get(EmergencyStepRow, (complaint_id, code), with_for_update=True)


async def add_emergency_steps(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    """Store the checklist of an emergency plan."""
    session.add_all(EmergencyStepRow(**line) for line in lines)
    await session.flush()


async def open_cases_of(session: AsyncSession, customer_id: UUID, *, opened_from: datetime) -> Sequence[ComplaintRow]:
    """Open cases of a customer taken in at or after an instant, locked in the order of their ids."""
    statement = (
        select(ComplaintRow)
        .where(
            ComplaintRow.customer_id == customer_id,
            ComplaintRow.opened_at >= opened_from,
            ComplaintRow.state.not_in(["resolved", "closed", "merged"]),
        )
        .order_by(ComplaintRow.id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalars().all()


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope, viewer: Viewer) -> bool:
    """Whether a case of the scope names the file and shows it to the viewer."""
    statement = (
        select(ComplaintRow)
        .where(scope.clause(READER_SCOPE))
        .where(
            or_(
                literal(viewer.is_trusted),
                ComplaintRow.is_anonymous.is_(False),
                ComplaintRow.first_responsible_id.in_(viewer.staff_ids),
            )
        )
        .where(ComplaintRow.attachment_ids.op("@>")(bindparam(None, [file_id], type_=ARRAY(Uuid))))
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def consultations(session: AsyncSession, complaint_id: UUID) -> Sequence[ConsultationRow]:
    """What was asked in a case, oldest first."""
    statement = select(ConsultationRow).where(ConsultationRow.complaint_id == complaint_id).order_by(ConsultationRow.id)
    return (await session.execute(statement)).scalars().all()


async def consultation(session: AsyncSession, consultation_id: UUID, *, lock: bool = False) -> ConsultationRow | None:
    """One consultation."""
    return await session.get(ConsultationRow, consultation_id, with_for_update=lock)


async def open_consultations(session: AsyncSession, complaint_id: UUID) -> Sequence[ConsultationRow]:
    """What is still to be answered in a case, locked in the order of the ids."""
    statement = (
        select(ConsultationRow)
        .where(ConsultationRow.complaint_id == complaint_id, ConsultationRow.state == "asked")
        .order_by(ConsultationRow.id)
        .with_for_update()
    )
    return (await session.execute(statement)).scalars().all()
