"""What every step shares: the call, the locked row, its clocks and its record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement.service.work import Clocks, Deed
from services.inspection.policy import InspectionGoverning
from services.inspection.reports.models import ArchiveRow, MonthlySummaryRow, ThemedReportRow
from services.inspection.reports.repository import rows
from services.inspection.reports.repository.rows import AnyRow
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.events.fact import Fact
from shared.policy.commitments import Promised
from shared.sla.views import ClockView

SUMMARY, REPORT, ARCHIVE = "monthly_summary", "themed_report", "inspection_archive"
"""Subjects, as clocks and audit rows name them."""


@dataclass(frozen=True, slots=True)
class ReportsCall:
    """Who does something, with which rights, and from which version on."""

    session: AsyncSession
    desk: InspectionDesk
    principal: Principal
    scope: RowScope
    now: datetime
    expected_version: int = 0

    async def take(self, kind: type[AnyRow], row_id: UUID) -> AnyRow:
        """A row of the scope, locked; its version grows.  Raises: the kind's not-found error, StaleError."""
        row = await rows.get(self.session, kind, row_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("该记录已被他人修改，请重新读取后再操作。")
        row.version += 1
        return row


async def tell(
    session: AsyncSession,
    row: MonthlySummaryRow | ThemedReportRow | ArchiveRow,
    subject: str,
    act: str,
    now: datetime,
    *facts: Fact,
    **detail: object,
) -> None:
    """Write the deed's audit row (ids, codes and versions only) and publish what follows from it."""
    await session.flush()
    await record(
        session,
        company=row.company,
        action=f"{act}_{subject}",
        at=now,
        resource_type=subject,
        resource_id=row.id,
        detail={"version": row.version, **detail},
    )
    for fact in facts:
        await outbox.add(session, fact)


def clocks_of(
    session: AsyncSession,
    desk: InspectionDesk,
    row: MonthlySummaryRow | ThemedReportRow,
    actor: str | None,
    now: datetime,
) -> Clocks:
    """The promises on a row, in the revision under which it was drafted."""
    deed = Deed(session, desk, row.company, actor, now)
    subject = SUMMARY if isinstance(row, MonthlySummaryRow) else REPORT
    title = row.month if isinstance(row, MonthlySummaryRow) else row.quarter
    return Clocks(deed, deed.governing(row.policy_version, row.made_at), subject, row.id, row.id, title)


async def begin(clocks: Clocks, metric: str, promised: Promised, period_until: datetime, routing: Routing) -> ClockView:
    """Begin a promise with the first day after a period: it counts from the last instant of the period."""
    return await clocks.start(metric, promised, routing, started_at=period_until - timedelta(microseconds=1))


def head_post(governing: InspectionGoverning, department: str) -> str | None:
    """The post that heads a department."""
    known = governing.policy.common.departments.get(department)
    return known.lead_post if known else None
