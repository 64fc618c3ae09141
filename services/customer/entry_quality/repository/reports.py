"""Statements on the month's report."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryReportNotFoundError
from services.customer.entry_quality.models import EntryReportLineRow, EntryReportRow
from services.customer.entry_quality.rules.figures import Line
from shared.ids import new_id


async def add(session: AsyncSession, row: EntryReportRow, lines: Iterable[Line]) -> None:
    """Store the report with its lines."""
    session.add(row)
    await session.flush()
    session.add_all(
        EntryReportLineRow(
            id=new_id(),
            company=row.company,
            report_id=row.id,
            operator_id=line.operator_id,
            department=line.department,
            kind=line.kind,
            found=line.found,
            confirmed=line.confirmed,
            dismissed=line.dismissed,
            entries=line.entries,
        )
        for line in lines
    )
    await session.flush()


async def find(session: AsyncSession, companies: Iterable[str], month: str, *, lock: bool = False) -> EntryReportRow:
    """The month's report.  Raises: EntryReportNotFoundError."""
    statement = select(EntryReportRow).where(EntryReportRow.company.in_(list(companies)), EntryReportRow.month == month)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalars().first()
    if row is None:
        raise EntryReportNotFoundError
    return row


async def get(session: AsyncSession, companies: Iterable[str], report_id: UUID) -> EntryReportRow:
    """One report of these companies.  Raises: EntryReportNotFoundError."""
    row = await session.get(EntryReportRow, report_id)
    if row is None or row.company not in tuple(companies):
        raise EntryReportNotFoundError
    return row


async def exists(session: AsyncSession, company: str, month: str) -> bool:
    """Whether the month was reported."""
    statement = select(EntryReportRow.id).where(EntryReportRow.company == company, EntryReportRow.month == month)
    return (await session.execute(statement)).first() is not None


async def lines(
    session: AsyncSession, report_id: UUID, *, operators: Sequence[UUID] | None, departments: Sequence[str] | None
) -> Sequence[EntryReportLineRow]:
    """The report's lines, all or those of some people or departments."""
    row = EntryReportLineRow
    statement = select(row).where(row.report_id == report_id)
    if operators is not None:
        mine = row.operator_id.in_(list(operators))
        statement = statement.where(mine | row.department.in_(list(departments or ())))
    return (await session.scalars(statement.order_by(row.department, row.operator_id, row.kind))).all()
