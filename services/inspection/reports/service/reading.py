"""Reading within the caller's scope: live figures until they are frozen, then the frozen ones with their digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.reports.models import ArchiveRow, MonthlySummaryRow, SummaryEditionRow, ThemedReportRow
from services.inspection.reports.repository import rows
from services.inspection.reports.repository.rows import AnyRow
from services.inspection.reports.rules.summaries import PARTS, WRITABLE, SummaryState, document
from services.inspection.reports.service import figures, themed
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.archive.canonical import digest_of

READ_SUMMARY, READ_REPORT, READ_ARCHIVE = "summary.read", "themed_report.read", "archive.read"
WORKS_ON_REPORTS = ("themed_report.write", "themed_report.approve")


@dataclass(frozen=True, slots=True)
class WholeSummary:
    """A summary with its figures and everything that was signed of it."""

    row: MonthlySummaryRow
    figures: Mapping[str, Any]
    is_frozen: bool
    editions: Sequence[SummaryEditionRow]
    intact: Sequence[bool]
    """Of each edition, whether its digest is still that of what it says."""


@dataclass(frozen=True, slots=True)
class WholeReport:
    """A themed report with its figures."""

    row: ThemedReportRow
    figures: Mapping[str, Any]
    is_frozen: bool
    is_intact: bool | None
    """Null before it was approved."""


async def summary(session: AsyncSession, summary_id: UUID, scope: RowScope) -> WholeSummary:
    """One of the scope.  Raises: SummaryNotFoundError."""
    row = await rows.get(session, MonthlySummaryRow, summary_id, scope)
    editions = await rows.editions(session, row.id)
    is_frozen = SummaryState(row.state) not in WRITABLE
    if is_frozen:
        counted: Mapping[str, Any] = editions[-1].figures
    else:
        counted = await figures.of_month(session, row.company, row.department, row.period_from, row.period_until)
    return WholeSummary(row, counted, is_frozen, editions, [is_intact(row, one) for one in editions])


def is_intact(row: MonthlySummaryRow, edition: SummaryEditionRow) -> bool:
    """Whether what was signed still gives its digest."""
    said = document(
        company=row.company,
        department=row.department,
        month=row.month,
        edition=edition.edition,
        parts={name: getattr(edition, name) for name in PARTS},
        figures=edition.figures,
        signed_by=edition.signed_by,
        signed_at=edition.signed_at,
    )
    return digest_of(said) == edition.digest


async def report(
    session: AsyncSession, desk: InspectionDesk, report_id: UUID, scope: RowScope, *, is_published: bool
) -> WholeReport:
    """One of the scope.  Raises: ThemedReportNotFoundError."""
    row = await rows.get(session, ThemedReportRow, report_id, scope, is_published=is_published)
    if row.figures is not None:
        is_same = digest_of(themed.said_of(row, row.figures)) == row.digest
        return WholeReport(row, row.figures, True, is_same)
    governing = desk.governances.of_revision(row.company, row.policy_version, row.made_at)
    return WholeReport(row, await themed.live(session, governing, row), False, None)


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
    """Newest first."""
    return await rows.page(session, kind, scope, wanted, before=before, limit=limit, is_published=is_published)


async def archive(session: AsyncSession, archive_id: UUID, scope: RowScope) -> ArchiveRow:
    """One of the scope.  Raises: ArchiveNotFoundError."""
    return await rows.get(session, ArchiveRow, archive_id, scope)


def sees_published_only(principal: Principal) -> bool:
    """Whoever does not work on themed reports reads them when they are published."""
    return not any(principal.allows(permission) for permission in WORKS_ON_REPORTS)


async def ensure_summary_readable(session: AsyncSession, principal: Principal, summary_id: UUID) -> None:
    """Raises: SummaryNotFoundError."""
    await rows.get(session, MonthlySummaryRow, summary_id, principal.scope(READ_SUMMARY))


async def ensure_report_readable(session: AsyncSession, principal: Principal, report_id: UUID) -> None:
    """Raises: ThemedReportNotFoundError."""
    await rows.get(
        session,
        ThemedReportRow,
        report_id,
        principal.scope(READ_REPORT),
        is_published=sees_published_only(principal),
    )


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether an archive that this person may read is the file."""
    return principal.allows(READ_ARCHIVE) and await rows.names_package(session, principal.scope(READ_ARCHIVE), file_id)
