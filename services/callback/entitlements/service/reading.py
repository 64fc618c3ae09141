"""Reading evaluations; what an erasure blanks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.entitlements import repository
from services.callback.entitlements.models import EvaluationRow
from services.callback.entitlements.service.evaluating import READ
from shared.access.principal import Principal
from shared.access.scope import RowScope


async def read(session: AsyncSession, evaluation_id: UUID, scope: RowScope) -> EvaluationRow:
    """One of the scope.  Raises: EvaluationNotFoundError."""
    return await repository.get(session, evaluation_id, scope)


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[EvaluationRow]:
    """Newest first."""
    return await repository.page(session, scope, wanted, before=before, limit=limit)


async def ensure_readable(session: AsyncSession, principal: Principal, evaluation_id: UUID) -> None:
    """Raises: EvaluationNotFoundError."""
    await repository.get(session, evaluation_id, principal.scope(READ))


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what was written of an erased customer; the rows stay."""
    await repository.blank(session, company, customer_id)
