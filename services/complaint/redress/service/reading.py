"""Reading redress within the caller's rows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.redress import repository
from services.complaint.redress.models import RedressRow
from services.complaint.redress.rules import RedressState
from shared.access.scope import RowScope


async def read(session: AsyncSession, redress_id: UUID, scope: RowScope) -> RedressRow:
    """One.  Raises: RedressNotFoundError."""
    return await repository.get(session, redress_id, scope)


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
    return await repository.page(session, scope, complaint_id=complaint_id, state=state, before=before, limit=limit)


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a payment that the caller may read names the file."""
    return await repository.names_file(session, file_id, scope)
