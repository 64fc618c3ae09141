"""Reading messages, what was done with the provider, and customers' wishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.messages import repository
from services.callback.messages.models import MessageAttemptRow, MessageRow, OptOutRow
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with what was done with the provider."""

    row: MessageRow
    attempts: Sequence[MessageAttemptRow]


async def shown(session: AsyncSession, message_id: UUID, scope: RowScope) -> Shown:
    """One of the scope.  Raises: MessageNotFoundError."""
    row = await repository.get(session, message_id, scope)
    return Shown(row, await repository.attempts(session, message_id))


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, Any], *, before: UUID | None, limit: int
) -> Sequence[MessageRow]:
    """Newest first."""
    return await repository.page(session, scope, wanted, before=before, limit=limit)


async def opt_out(session: AsyncSession, opt_out_id: UUID, companies: Sequence[str]) -> OptOutRow:
    """One of the companies.  Raises: OptOutNotFoundError."""
    return await repository.opt_out(session, opt_out_id, companies, lock=False)


async def opt_outs(
    session: AsyncSession, companies: Sequence[str], customer_id: UUID | None, *, before: UUID | None, limit: int
) -> Sequence[OptOutRow]:
    """Wishes and their history, newest first."""
    return await repository.opt_outs(session, companies, customer_id, before=before, limit=limit)
