"""SQL of balances: each answer reads the balance rows of its period, never the lines."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Text, and_, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.models import LedgerBalanceRow, LedgerMonthRow
from services.incentive.ledger.rules.accounts import COUNTER_KINDS, AccountKind, LedgerSubject, Unit
from services.incentive.ledger.rules.figures import Figures, PayrollLine, SumLine
from services.incentive.staff.models import StaffRow

_B = LedgerBalanceRow
_SUMS = (
    func.sum(_B.debit),
    func.sum(_B.credit),
    func.sum(_B.reversed_debit),
    func.sum(_B.reversed_credit),
    func.sum(_B.concerning),
    func.sum(_B.lines),
)
GROUPS = {"department": _B.department, "team": _B.team, "company": None}
_COUNTERS = [kind.value for kind in COUNTER_KINDS]


async def of_all(
    session: AsyncSession, company: str, subjects: Collection[LedgerSubject], period: str
) -> dict[LedgerSubject, dict[Unit, Figures]]:
    """Of each subject by unit."""
    wanted = {(one.kind.value, one.key): one for one in subjects}
    statement = (
        select(_B.kind, _B.subject, _B.unit, *_SUMS)
        .where(_B.company == company, tuple_(_B.kind, _B.subject).in_(list(wanted)), _B.period == period)
        .group_by(_B.kind, _B.subject, _B.unit)
    )
    found: dict[LedgerSubject, dict[Unit, Figures]] = {one: {} for one in subjects}
    for row in await session.execute(statement):
        found[wanted[row[0], row[1]]][Unit(row[2])] = _figures(tuple(row), 3)
    return found


async def opening(session: AsyncSession, company: str, period: str) -> tuple[int | None, int | None]:
    """Points with which the month and its year began; null where the month was not drafted."""
    first = period if len(period) > 4 else f"{period}-01"
    statement = (
        select(LedgerMonthRow.month_points, LedgerMonthRow.year_points)
        .where(
            LedgerMonthRow.company == company,
            LedgerMonthRow.month.between(first, period if len(period) > 4 else f"{period}-12"),
            LedgerMonthRow.year_points.is_not(None),
        )
        .order_by(LedgerMonthRow.month)
        .limit(1)
    )
    row = (await session.execute(statement)).first()
    return (row[0], row[1]) if row else (None, None)


async def sums(
    session: AsyncSession,
    company: str,
    period: str,
    by: str,
    *,
    departments: Sequence[str] | None,
) -> list[SumLine]:
    """By department or team, or of the company as a whole, counter-accounts left out."""
    column = GROUPS[by]
    group: Any = literal("") if column is None else column
    statement = select(group, _B.kind, _B.unit, *_SUMS).where(
        _B.company == company, _B.period == period, _B.kind.not_in(_COUNTERS)
    )
    if departments is not None:
        statement = statement.where(_B.department.in_(departments))
    groups = (_B.kind, _B.unit) if column is None else (column, _B.kind, _B.unit)
    rows = await session.execute(statement.group_by(*groups).order_by(*groups))
    return [SumLine(row[0], row[1], Unit(row[2]), _figures(tuple(row), 3)) for row in rows]


async def trial(session: AsyncSession, company: str, period: str) -> list[SumLine]:
    """By kind of account, counter-accounts too: per unit they add up to zero."""
    statement = (
        select(literal(""), _B.kind, _B.unit, *_SUMS)
        .where(_B.company == company, _B.period == period)
        .group_by(_B.kind, _B.unit)
        .order_by(_B.unit, _B.kind)
    )
    return [SumLine(row[0], row[1], Unit(row[2]), _figures(tuple(row), 3)) for row in await session.execute(statement)]


async def payroll(session: AsyncSession, company: str, month: str) -> list[PayrollLine]:
    """Employees whose money moved, by login."""
    statement = (
        select(
            _B.subject,
            func.coalesce(StaffRow.login, ""),
            func.coalesce(StaffRow.name, ""),
            func.nullif(func.max(_B.department), ""),
            func.nullif(func.max(_B.team), ""),
            func.sum(_B.credit - _B.reversed_credit),
            func.sum(_B.debit - _B.reversed_debit),
            func.sum(_B.reversed_credit - _B.reversed_debit),
        )
        .outerjoin(StaffRow, and_(StaffRow.company == company, cast(StaffRow.id, Text) == _B.subject))
        .where(
            _B.company == company,
            _B.period == month,
            _B.kind == AccountKind.EMPLOYEE.value,
            _B.unit == Unit.FEN.value,
            _B.lines > 0,
        )
        .group_by(_B.subject, StaffRow.login, StaffRow.name)
        .order_by(StaffRow.login, _B.subject)
    )
    rows = [tuple(row) for row in await session.execute(statement)]
    return [PayrollLine(*row[:5], *(int(value) for value in row[5:])) for row in rows]


def _figures(row: Sequence[Any], start: int) -> Figures:
    return Figures(*(int(value or 0) for value in row[start : start + 6]))
