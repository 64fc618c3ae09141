"""Reading appeals within the caller's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.appeals import repository
from services.complaint.appeals.models import AppealActRow, AppealRow
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """An appeal with its history."""

    appeal: AppealRow
    acts: Sequence[AppealActRow]


async def shown(session: AsyncSession, appeal_id: UUID, scope: RowScope) -> Shown:
    """One appeal.  Raises: AppealNotFoundError."""
    row = await repository.get(session, appeal_id, scope)
    return Shown(row, await repository.acts(session, [row.id]))


async def after_step(session: AsyncSession, appeal_id: UUID, scope: RowScope, actor_id: UUID) -> Shown:
    """What came of a step for whoever took it, even if the appeal lies with others now.

    Raises: AppealNotFoundError for anybody else outside the scope.
    """
    row = await repository.get(session, appeal_id, scope, or_acted=actor_id)
    return Shown(row, await repository.acts(session, [row.id]))


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, object], *, before: UUID | None, limit: int
) -> list[Shown]:
    """A page of appeals, newest first."""
    rows = await repository.page(session, scope, wanted, before=before, limit=limit)
    acts = await repository.acts(session, [row.id for row in rows])
    return [Shown(row, [act for act in acts if act.appeal_id == row.id]) for row in rows]


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether an appeal that the caller may read names the file."""
    return await repository.names_file(session, file_id, scope)
