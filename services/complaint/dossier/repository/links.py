"""Links between cases: related ones by row, repeats and mergers as they stand on the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Viewer
from services.complaint.dossier.errors import LinkExistsError
from services.complaint.dossier.models import ComplaintLinkRow
from services.complaint.dossier.repository.cases import SCOPE
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another case that belongs to one at hand."""

    complaint_id: UUID
    other: ComplaintRow
    reason: str | None = None
    linked_at: datetime | None = None


async def related(session: AsyncSession, complaint_ids: Sequence[UUID], scope: RowScope) -> list[Neighbour]:
    """Cases of the scope that were linked to these, from either side."""
    own, other = ComplaintLinkRow.complaint_id, ComplaintLinkRow.other_id
    found = []
    for mine, theirs in ((own, other), (other, own)):
        statement = (
            select(ComplaintLinkRow, ComplaintRow)
            .join(ComplaintRow, ComplaintRow.id == theirs)
            .where(mine.in_(complaint_ids), ComplaintLinkRow.unlinked_at.is_(None), scope.clause(SCOPE))
        )
        for link, case in (await session.execute(statement)).all():
            found.append(Neighbour(getattr(link, mine.key), case, link.reason, link.linked_at))
    return found


async def cases_in(session: AsyncSession, ids: Sequence[UUID], scope: RowScope) -> Sequence[ComplaintRow]:
    """Those of the cases that lie in the scope."""
    statement = select(ComplaintRow).where(ComplaintRow.id.in_(ids), scope.clause(SCOPE))
    return (await session.execute(statement)).scalars().all()


async def repeats_of(
    session: AsyncSession, complaint_ids: Sequence[UUID], scope: RowScope, viewer: Viewer
) -> Sequence[ComplaintRow]:
    """Cases of the scope that repeat these, those that may not be told left out."""
    statement = select(ComplaintRow).where(
        ComplaintRow.repeat_of_id.in_(complaint_ids),
        scope.clause(SCOPE),
        or_(literal(viewer.is_trusted), ComplaintRow.withheld_circumstance.is_(None)),
    )
    return (await session.execute(statement)).scalars().all()


async def open_link(session: AsyncSession, one: UUID, other: UUID) -> ComplaintLinkRow | None:
    """The link between two cases, whichever named the other, locked."""
    row = ComplaintLinkRow
    statement = (
        select(row)
        .where(
            or_(
                and_(row.complaint_id == one, row.other_id == other),
                and_(row.complaint_id == other, row.other_id == one),
            ),
            row.unlinked_at.is_(None),
        )
        .with_for_update()
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def add(session: AsyncSession, row: ComplaintLinkRow) -> None:
    """Store a link.  Raises: LinkExistsError, also when another request links the same two."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError:
        raise LinkExistsError("两案已有该关联。") from None
