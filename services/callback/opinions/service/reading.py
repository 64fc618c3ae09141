"""Reading opinions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.opinions import repository
from services.callback.opinions.models import OpinionRow
from services.callback.opinions.rules import OpinionState
from shared.access.scope import RowScope


async def read(session: AsyncSession, opinion_id: UUID, scope: RowScope) -> OpinionRow:
    """One of the scope.  Raises: OpinionNotFoundError."""
    return await repository.get(session, opinion_id, scope)


async def states(session: AsyncSession, opinion_ids: Sequence[UUID]) -> dict[UUID, str]:
    """How opinions stand."""
    return await repository.states(session, opinion_ids) if opinion_ids else {}


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: OpinionState | None = None,
    department: str | None = None,
    source_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[OpinionRow]:
    """Newest first."""
    return await repository.page(
        session, scope, state=state, department=department, source_id=source_id, before=before, limit=limit
    )
