"""One row or a page of rows, within the caller's scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.findings.models import FindingRow
from services.inspection.findings.rules import FindingState
from services.inspection.reports.errors import ArchiveNotFoundError, SummaryNotFoundError, ThemedReportNotFoundError
from services.inspection.reports.models import ArchiveRow, MonthlySummaryRow, SummaryEditionRow, ThemedReportRow
from services.inspection.reports.rules.themed import ReportState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time
from shared.errors import NotFoundError

AnyRow = TypeVar("AnyRow", MonthlySummaryRow, ThemedReportRow, ArchiveRow)
SCOPES: Mapping[type, ScopeColumns] = {
    MonthlySummaryRow: ScopeColumns(
        company=MonthlySummaryRow.company, department=MonthlySummaryRow.department, posts=MonthlySummaryRow.posts
    ),
    ThemedReportRow: ScopeColumns(company=ThemedReportRow.company, posts=ThemedReportRow.posts),
    ArchiveRow: ScopeColumns(company=ArchiveRow.company, team=ArchiveRow.team, department=ArchiveRow.department),
}
_MISSING: Mapping[type, type[NotFoundError]] = {
    MonthlySummaryRow: SummaryNotFoundError,
    ThemedReportRow: ThemedReportNotFoundError,
    ArchiveRow: ArchiveNotFoundError,
}


def _readable(kind: type[AnyRow], scope: RowScope, *, is_published: bool) -> list[ColumnElement[bool]]:
    found = [scope.clause(SCOPES[kind])]
    if is_published:
        found.append(ThemedReportRow.state == ReportState.PUBLISHED.value)
    return found


async def get(
    session: AsyncSession,
    kind: type[AnyRow],
    row_id: UUID,
    scope: RowScope,
    *,
    lock: bool = False,
    is_published: bool = False,
) -> AnyRow:
    """One of the scope; `is_published`: of the reports only such.

    Raises: the kind's not-found error, also for one that lies outside the scope.
    """
    statement = select(kind).where(kind.id == row_id, *_readable(kind, scope, is_published=is_published))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise _MISSING[kind]
    return row


async def page(
    session: AsyncSession,
    kind: type[AnyRow],
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    before: UUID | None,
    limit: int,
    is_published: bool = False,
) -> Sequence[AnyRow]:
    """Newest first; `wanted` are columns and values, None = any."""
    statement = select(kind).where(*_readable(kind, scope, is_published=is_published))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(kind, name) == value)
    if before is not None:
        statement = statement.where(kind.id < before)
    return (await session.scalars(statement.order_by(kind.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, *rows: object) -> None:
    """Store new rows."""
    session.add_all(rows)
    await session.flush()


async def insert_summary(session: AsyncSession, values: dict[str, Any]) -> MonthlySummaryRow | None:
    """Store a summary; None if the department's month has one already."""
    statement = (
        insert(MonthlySummaryRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["company", "month", "department"])
        .returning(MonthlySummaryRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def insert_report(session: AsyncSession, values: dict[str, Any]) -> ThemedReportRow | None:
    """Store a themed report; None if the quarter has one already."""
    statement = (
        insert(ThemedReportRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["company", "quarter"])
        .returning(ThemedReportRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def newest_month(session: AsyncSession, company: str, department: str, until: datetime) -> str | None:
    """Of a department's summaries that the job drafted, whose month ended by then."""
    return await session.scalar(
        select(func.max(MonthlySummaryRow.month)).where(
            MonthlySummaryRow.company == company,
            MonthlySummaryRow.department == department,
            MonthlySummaryRow.period_until <= until,
            MonthlySummaryRow.made_by.is_(None),
        )
    )


async def newest_quarter(session: AsyncSession, company: str) -> str | None:
    """Of the company's themed reports."""
    return await session.scalar(select(func.max(ThemedReportRow.quarter)).where(ThemedReportRow.company == company))


async def unopened(session: AsyncSession, company: str, now: datetime) -> Sequence[MonthlySummaryRow]:
    """Summaries begun by hand whose month is over by now, locked."""
    statement = (
        select(MonthlySummaryRow)
        .where(
            MonthlySummaryRow.company == company,
            MonthlySummaryRow.due_at.is_(None),
            MonthlySummaryRow.period_until <= now,
        )
        .order_by(MonthlySummaryRow.month, MonthlySummaryRow.department)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def editions(session: AsyncSession, summary_id: UUID) -> Sequence[SummaryEditionRow]:
    """What was signed, oldest first."""
    statement = select(SummaryEditionRow).where(SummaryEditionRow.summary_id == summary_id)
    return (await session.scalars(statement.order_by(SummaryEditionRow.edition))).all()


async def edition(session: AsyncSession, summary_id: UUID, number: int) -> SummaryEditionRow:
    """One that was signed."""
    statement = select(SummaryEditionRow).where(
        SummaryEditionRow.summary_id == summary_id, SummaryEditionRow.edition == number
    )
    return (await session.scalars(statement)).one()


async def summary_of(session: AsyncSession, company: str, department: str, month: str) -> MonthlySummaryRow | None:
    """A department's month."""
    statement = select(MonthlySummaryRow).where(
        MonthlySummaryRow.company == company,
        MonthlySummaryRow.month == month,
        MonthlySummaryRow.department == department,
    )
    return (await session.scalars(statement)).one_or_none()


async def report_of(session: AsyncSession, company: str, quarter: str) -> ThemedReportRow | None:
    """A company's quarter."""
    statement = select(ThemedReportRow).where(ThemedReportRow.company == company, ThemedReportRow.quarter == quarter)
    return (await session.scalars(statement)).one_or_none()


async def archives_of(session: AsyncSession, inspection_id: UUID) -> Sequence[ArchiveRow]:
    """Of one inspection, oldest first."""
    statement = select(ArchiveRow).where(ArchiveRow.inspection_id == inspection_id)
    return (await session.scalars(statement.order_by(ArchiveRow.edition))).all()


async def names_package(session: AsyncSession, scope: RowScope, file_id: UUID) -> bool:
    """Whether an archive of the scope is this file."""
    statement = select(ArchiveRow.id).where(ArchiveRow.file_id == file_id, scope.clause(SCOPES[ArchiveRow])).limit(1)
    return (await session.execute(statement)).first() is not None


async def serialise(session: AsyncSession, *parts: str) -> None:
    """Hold what must not happen at once until the transaction ends."""
    await one_at_a_time(session, "|".join(("reports", *parts)))


async def findings_of(session: AsyncSession, inspection_id: UUID) -> Sequence[FindingRow]:
    """Of one inspection, by number, but for withdrawn drafts, of which nobody was told."""
    statement = select(FindingRow).where(
        FindingRow.inspection_id == inspection_id, FindingRow.state != FindingState.VOID.value
    )
    return (await session.scalars(statement.order_by(FindingRow.number))).all()
