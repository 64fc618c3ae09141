"""Reading notices within the caller's scope, and as the archive wants them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.notices.models import NoticeFindingRow, NoticeRow, NoticeStepRow, RoundRow
from services.inspection.notices.repository import counts, notices
from services.inspection.notices.service.work import READ
from shared.access.principal import Principal
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class WholeNotice:
    """A notice with its findings (those that left too), rounds and history."""

    notice: NoticeRow
    findings: Sequence[NoticeFindingRow]
    rounds: Sequence[RoundRow]
    steps: Sequence[NoticeStepRow]


async def read(session: AsyncSession, notice_id: UUID, scope: RowScope) -> WholeNotice:
    """One of the scope.  Raises: NoticeNotFoundError."""
    row = await notices.get(session, notice_id, scope)
    return await _whole(session, row)


async def of_findings(session: AsyncSession, finding_ids: Collection[UUID]) -> list[WholeNotice]:
    """Every notice on which one of these findings is or was, by number; drafts too."""
    linked = await notices.links_of(session, finding_ids)
    rows = await notices.by_ids(session, {one.notice_id for one in linked})
    return [await _whole(session, row) for row in rows]


async def of_inspection(session: AsyncSession, inspection_id: UUID) -> list[WholeNotice]:
    """Every notice on a finding of the inspection, by number."""
    return await of_findings(session, await counts.of_inspection(session, inspection_id))


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Newest first."""
    return await notices.page(session, scope, equal=equal, since=since, until=until, before=before, limit=limit)


async def ensure_readable(session: AsyncSession, principal: Principal, notice_id: UUID) -> None:
    """Raises: NoticeNotFoundError."""
    await notices.get(session, notice_id, principal.scope(READ))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether a notice that this person may read has the file as proof."""
    return principal.allows(READ) and await notices.names_proof(session, principal.scope(READ), file_id)


async def _whole(session: AsyncSession, row: NoticeRow) -> WholeNotice:
    return WholeNotice(
        row,
        await notices.findings_on(session, [row.id]),
        await notices.rounds(session, [row.id]),
        await notices.steps(session, row.id),
    )
