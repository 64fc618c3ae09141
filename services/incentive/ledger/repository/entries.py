"""SQL of reading lines."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.models import LedgerEntryRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=LedgerEntryRow.company,
    owners=(LedgerEntryRow.employee_id,),
    team=LedgerEntryRow.team,
    department=LedgerEntryRow.department,
)


async def page(
    session: AsyncSession, scope: RowScope, *, equal: Mapping[str, object], before: int | None, limit: int
) -> Sequence[LedgerEntryRow]:
    """Newest first."""
    statement = select(LedgerEntryRow).where(scope.clause(SCOPE))
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(LedgerEntryRow, name) == value)
    if before is not None:
        statement = statement.where(LedgerEntryRow.sequence < before)
    return (await session.scalars(statement.order_by(LedgerEntryRow.sequence.desc()).limit(limit))).all()
