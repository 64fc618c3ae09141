"""Conversations and investigation entries: written once, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Viewer
from services.complaint.dossier.models import ComplainantRow, ConversationRow, InvestigationEntryRow
from services.complaint.dossier.repository.cases import SCOPE, naming
from services.complaint.dossier.rules.records import TELLING_PARTIES
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of a list: those after an id, so many."""

    after: UUID | None
    limit: int


def _knows(viewer: Viewer) -> ColumnElement[bool]:
    return or_(literal(viewer.is_trusted), ComplaintRow.first_responsible_id.in_(viewer.staff_ids))


def _shown_conversations(viewer: Viewer) -> ColumnElement[bool]:
    """What tells of an anonymous complainant is left out, but not from whoever wrote it."""
    is_of_anonymous = (
        select(ComplainantRow.id)
        .where(ComplainantRow.id == ConversationRow.complainant_id, ComplainantRow.is_anonymous)
        .exists()
    )
    is_telling = or_(
        ComplaintRow.is_anonymous & ConversationRow.party.in_([party.value for party in TELLING_PARTIES]),
        is_of_anonymous,
    )
    return or_(_knows(viewer), ~is_telling, ConversationRow.staff_id.in_(viewer.staff_ids))


def _shown_entries(viewer: Viewer) -> ColumnElement[bool]:
    is_telling = InvestigationEntryRow.is_confidential
    return or_(_knows(viewer), ~is_telling, InvestigationEntryRow.recorded_by.in_(viewer.staff_ids))


async def conversations(
    session: AsyncSession, complaint_ids: Sequence[UUID], viewer: Viewer, span: Span
) -> Sequence[ConversationRow]:
    """The conversations of cases that the viewer may read, oldest first."""
    statement = (
        select(ConversationRow)
        .join(ComplaintRow, ComplaintRow.id == ConversationRow.complaint_id)
        .where(ConversationRow.complaint_id.in_(complaint_ids), _shown_conversations(viewer))
        .order_by(ConversationRow.id)
        .limit(span.limit)
    )
    if span.after is not None:
        statement = statement.where(ConversationRow.id > span.after)
    return (await session.execute(statement)).scalars().all()


async def conversation(
    session: AsyncSession, complaint_id: UUID, conversation_id: UUID, viewer: Viewer
) -> ConversationRow | None:
    """One conversation of a case, if the viewer may read it."""
    statement = (
        select(ConversationRow)
        .join(ComplaintRow, ComplaintRow.id == ConversationRow.complaint_id)
        .where(
            ConversationRow.id == conversation_id,
            ConversationRow.complaint_id == complaint_id,
            _shown_conversations(viewer),
        )
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def entries(
    session: AsyncSession, complaint_id: UUID, viewer: Viewer, span: Span, *, volume: int | None
) -> Sequence[InvestigationEntryRow]:
    """The investigation entries of a case that the viewer may read, oldest first."""
    statement = (
        select(InvestigationEntryRow)
        .join(ComplaintRow, ComplaintRow.id == InvestigationEntryRow.complaint_id)
        .where(InvestigationEntryRow.complaint_id == complaint_id, _shown_entries(viewer))
        .order_by(InvestigationEntryRow.id)
        .limit(span.limit)
    )
    if volume is not None:
        statement = statement.where(InvestigationEntryRow.volume == volume)
    if span.after is not None:
        statement = statement.where(InvestigationEntryRow.id > span.after)
    return (await session.execute(statement)).scalars().all()


async def entry(
    session: AsyncSession, complaint_id: UUID, entry_id: UUID, viewer: Viewer
) -> InvestigationEntryRow | None:
    """One entry of a case, if the viewer may read it."""
    statement = (
        select(InvestigationEntryRow)
        .join(ComplaintRow, ComplaintRow.id == InvestigationEntryRow.complaint_id)
        .where(
            InvestigationEntryRow.id == entry_id,
            InvestigationEntryRow.complaint_id == complaint_id,
            _shown_entries(viewer),
        )
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def volume(session: AsyncSession, complaint_id: UUID, number: int) -> Sequence[InvestigationEntryRow]:
    """A whole volume in its order, for its index."""
    statement = (
        select(InvestigationEntryRow)
        .where(InvestigationEntryRow.complaint_id == complaint_id, InvestigationEntryRow.volume == number)
        .order_by(InvestigationEntryRow.position)
    )
    return (await session.execute(statement)).scalars().all()


async def last_entry(session: AsyncSession, complaint_id: UUID, number: int) -> InvestigationEntryRow | None:
    """The newest entry of a volume; its case is locked."""
    statement = (
        select(InvestigationEntryRow)
        .where(InvestigationEntryRow.complaint_id == complaint_id, InvestigationEntryRow.volume == number)
        .order_by(InvestigationEntryRow.position.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope, viewer: Viewer) -> bool:
    """Whether a record of a case in the scope names the file and is shown to the viewer."""
    for row, column, shown in (
        (ConversationRow, ConversationRow.file_ids, _shown_conversations(viewer)),
        (InvestigationEntryRow, InvestigationEntryRow.file_ids, _shown_entries(viewer)),
    ):
        statement = (
            select(row.id)
            .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
            .where(scope.clause(SCOPE), naming(column, file_id), shown)
            .limit(1)
        )
        if (await session.execute(statement)).first() is not None:
            return True
    return False
