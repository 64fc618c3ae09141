"""Every SQL statement of the yearly evaluations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.entitlements.errors import EvaluationNotFoundError
from services.callback.entitlements.models import EvaluationRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=EvaluationRow.company,
    owners=(EvaluationRow.owner_id, EvaluationRow.submitted_by),
    team=EvaluationRow.team,
    department=EvaluationRow.department,
    posts=EvaluationRow.posts,
)


async def add(session: AsyncSession, row: EvaluationRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, evaluation_id: UUID, scope: RowScope, *, lock: bool = False) -> EvaluationRow:
    """One of the scope.  Raises: EvaluationNotFoundError, also for one that lies outside the scope."""
    statement = select(EvaluationRow).where(EvaluationRow.id == evaluation_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise EvaluationNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[EvaluationRow]:
    """Newest first; `wanted` are columns and values, None = any."""
    statement = select(EvaluationRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(EvaluationRow, name) == value)
    if before is not None:
        statement = statement.where(EvaluationRow.id < before)
    return (await session.scalars(statement.order_by(EvaluationRow.id.desc()).limit(limit))).all()


async def evaluated(session: AsyncSession, company: str, year: int, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these customers have an evaluation of the year."""
    statement = select(EvaluationRow.customer_id).where(
        EvaluationRow.company == company,
        EvaluationRow.year == year,
        EvaluationRow.customer_id.in_(list(customer_ids)),
    )
    return set((await session.scalars(statement)).all())


async def blank(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what was written of a customer; the rows stay."""
    statement = update(EvaluationRow).where(EvaluationRow.company == company, EvaluationRow.customer_id == customer_id)
    await session.execute(statement.values(summary=None, needs=None, improvements=[]))
