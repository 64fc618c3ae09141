"""Reading the ledger: lines, months, and whether a month is what it was."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.models import LedgerEntryRow, LedgerMonthRow
from services.incentive.ledger.repository import entries, months
from services.incentive.ledger.service.digesting import digest
from shared.access.principal import Principal
from shared.access.scope import RowScope

READ_MONTH = "incentive_month.read"


async def lines(
    session: AsyncSession, scope: RowScope, *, equal: Mapping[str, object], before: int | None, limit: int
) -> Sequence[LedgerEntryRow]:
    """Lines of the scope, newest first."""
    return await entries.page(session, scope, equal=equal, before=before, limit=limit)


async def month(session: AsyncSession, month_id: UUID, scope: RowScope) -> LedgerMonthRow:
    """One month.  Raises: LedgerMonthNotFoundError."""
    return await months.get(session, month_id, scope)


async def page(
    session: AsyncSession, scope: RowScope, *, equal: dict[str, object], before: str | None, limit: int
) -> Sequence[LedgerMonthRow]:
    """Months, newest first."""
    return await months.page(session, scope, equal=equal, before=before, limit=limit)


async def ensure_readable(session: AsyncSession, principal: Principal, month_id: UUID) -> None:
    """Raises: LedgerMonthNotFoundError."""
    await months.get(session, month_id, principal.scope(READ_MONTH))


async def computed(session: AsyncSession, row: LedgerMonthRow) -> tuple[str, int]:
    """The digest of the month's lines as they stand now, and how many they are."""
    found = await digest(session, row.company, row.month, row.previous_digest)
    return found.text, found.lines
