"""SQL of the months: found and locked, their lines digested in stretches inside the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.errors import LedgerMonthNotFoundError
from services.incentive.ledger.models import LedgerBalanceRow, LedgerMonthRow
from services.incentive.ledger.rules.accounts import Unit
from services.incentive.ledger.rules.digest import CANONICAL
from services.incentive.ledger.rules.months import LedgerState
from shared.access.scope import RowScope, ScopeColumns

STRETCH = 50_000
"""Lines digested by one statement: well below its time limit, bounded in memory."""

_SCOPE = ScopeColumns(company=LedgerMonthRow.company)
_AS_TEXT = {
    "posted_at": r"""to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS.US"Z"')""",
}
_CANONICAL = " || '|' || ".join(f"coalesce({_AS_TEXT.get(name, f'cast({name} as text)')}, '')" for name in CANONICAL)
_SIDES = ", ".join(
    f"coalesce(sum(amount) filter (where unit = '{unit}' and side = '{side}'), 0) as {unit}_{side}"
    for unit in Unit
    for side in ("debit", "credit")
)
_DIGEST = text(
    f"""
select count(*) as lines, coalesce(max(sequence), 0) as last,
  coalesce(string_agg(sha256(convert_to({_CANONICAL}, 'UTF8')), cast('' as bytea) order by sequence),
    cast('' as bytea)) as digests,
  {_SIDES}
from (select * from ledger_entries where company = :company and month = :month and sequence > :after
      order by sequence limit :stretch) stretch
"""  # noqa: S608  # our own names
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some lines of a month in their order."""

    lines: int
    last: int
    digests: bytes
    sums: dict[str, int]
    """By `<unit>_<side>`."""


async def get(session: AsyncSession, month_id: UUID, scope: RowScope, *, lock: bool = False) -> LedgerMonthRow:
    """One of the scope.  Raises: LedgerMonthNotFoundError."""
    statement = select(LedgerMonthRow).where(LedgerMonthRow.id == month_id, scope.clause(_SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise LedgerMonthNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, *, equal: dict[str, object], before: str | None, limit: int
) -> Sequence[LedgerMonthRow]:
    """Newest first."""
    statement = select(LedgerMonthRow).where(scope.clause(_SCOPE))
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(LedgerMonthRow, name) == value)
    if before is not None:
        statement = statement.where(LedgerMonthRow.month < before)
    return (await session.scalars(statement.order_by(LedgerMonthRow.month.desc()).limit(limit))).all()


async def known(session: AsyncSession, company: str) -> Sequence[LedgerMonthRow]:
    """All months of a company that are open, oldest first, locked."""
    statement = (
        select(LedgerMonthRow)
        .where(LedgerMonthRow.company == company, LedgerMonthRow.state == LedgerState.OPEN.value)
        .order_by(LedgerMonthRow.month)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def first_open_before(session: AsyncSession, company: str, month: str) -> str | None:
    """An earlier month that is still open."""
    found: str | None = await session.scalar(
        select(func.min(LedgerMonthRow.month)).where(
            LedgerMonthRow.company == company,
            LedgerMonthRow.month < month,
            LedgerMonthRow.state == LedgerState.OPEN.value,
        )
    )
    return found


async def digest_of(session: AsyncSession, company: str, month: str) -> str | None:
    """The digest of a closed month."""
    found: str | None = await session.scalar(
        select(LedgerMonthRow.digest).where(LedgerMonthRow.company == company, LedgerMonthRow.month == month)
    )
    return found


async def stretch(session: AsyncSession, company: str, month: str, after: int) -> Stretch:
    """The next lines after a sequence number."""
    values = {"company": company, "month": month, "after": after, "stretch": STRETCH}
    row: Any = (await session.execute(_DIGEST, values)).one()
    sums = {f"{unit}_{side}": int(getattr(row, f"{unit}_{side}")) for unit in Unit for side in ("debit", "credit")}
    return Stretch(row.lines, row.last, bytes(row.digests), sums)


async def balanced(session: AsyncSession, company: str, month: str) -> tuple[int, dict[str, int]]:
    """What the balance rows of the month say: lines, and sums by `<unit>_<side>`."""
    row = LedgerBalanceRow
    statement = (
        select(row.unit, func.sum(row.debit), func.sum(row.credit), func.sum(row.lines))
        .where(row.company == company, row.period == month)
        .group_by(row.unit)
    )
    lines, sums = 0, {f"{unit}_{side}": 0 for unit in Unit for side in ("debit", "credit")}
    for unit, debit, credit, count in await session.execute(statement):
        sums |= {f"{unit}_debit": int(debit), f"{unit}_credit": int(credit)}
        lines += int(count)
    return lines, sums
