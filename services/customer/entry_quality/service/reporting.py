"""The month's figures by operator and department, frozen, and signed by the leader to whom they are reported."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality import events
from services.customer.entry_quality.errors import EntryStepNotAllowedError
from services.customer.entry_quality.models import EntryReportLineRow, EntryReportRow
from services.customer.entry_quality.repository import entries, findings
from services.customer.entry_quality.repository import reports as repository
from services.customer.entry_quality.rules.figures import Line, digest, summary
from services.customer.entry_quality.rules.periods import Span
from services.customer.entry_quality.rules.states import ReportState
from services.customer.entry_quality.service.quality import REPORT, Quality, QualityCall, note
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope
from shared.events import outbox
from shared.ids import new_id
from shared.sla.promise import Subject

SIGNATURE = "signature"


async def draft(
    session: AsyncSession, company: str, span: Span, quality: Quality, *, now: datetime
) -> EntryReportRow | None:
    """Freeze the figures of a month that has ended and lay them before the leader; None if that was done."""
    if await repository.exists(session, company, span.name):
        return None
    lines = await _lines(session, company, span)
    row = EntryReportRow(
        id=new_id(),
        company=company,
        month=span.name,
        state=ReportState.REPORTED.value,
        posts=[quality.terms.reported_to],
        figures=summary(lines),
        digest=digest(span.name, lines),
        drafted_at=now,
        policy_version=quality.version,
        version=1,
    )
    await repository.add(session, row, lines)
    await quality.start(session, _subject(row), SIGNATURE, quality.terms.report.signature, now=now)
    await note(session, company, "entry_report_made", REPORT, row.id, now=now, month=row.month, digest=row.digest)
    return row


async def _lines(session: AsyncSession, company: str, span: Span) -> list[Line]:
    entered = await entries.counted(session, company, span)
    return [
        Line(
            operator_id=one.operator_id,
            department=one.department,
            kind=one.kind,
            found=one.found,
            confirmed=one.confirmed,
            dismissed=one.dismissed,
            entries=entered.get(one.operator_id, 0),
        )
        for one in await findings.month(session, company, span.name)
    ]


async def sign(call: QualityCall, month: str, *, note: str | None) -> EntryReportRow:
    """The leader has read it.

    Raises: EntryReportNotFoundError, StaleError, EntryStepNotAllowedError, EntryPostError.
    """
    row = await repository.find(call.session, [call.company], month, lock=True)
    call.check_version(row.version)
    if row.state != ReportState.REPORTED:
        raise EntryStepNotAllowedError.of("sign", row.state)
    call.check_posts(row.posts)
    row.state, row.signed_by, row.signed_at, row.note = (
        ReportState.SIGNED.value,
        call.principal.staff_id,
        call.now,
        note,
    )
    row.version += 1
    await call.session.flush()
    await call.quality.book(call.session, call.now).stop(_subject(row), SIGNATURE, actor=call.principal.actor)
    await outbox.add(call.session, events.signed(row, call.now))
    await call.note("entry_report_signed", REPORT, row.id, version=row.version)
    return row


async def read(
    session: AsyncSession, scope: RowScope, month: str
) -> tuple[EntryReportRow, Sequence[EntryReportLineRow]]:
    """The report with the lines that the caller may see.  Raises: EntryReportNotFoundError."""
    row = await repository.find(session, scope.companies, month)
    if scope.level is ScopeLevel.COMPANY or set(scope.posts) & set(row.posts):
        return row, await repository.lines(session, row.id, operators=None, departments=None)
    departments = scope.departments if scope.level >= ScopeLevel.DEPARTMENT else ()
    lines = await repository.lines(session, row.id, operators=scope.staff_ids, departments=departments)
    return row, lines


def _subject(row: EntryReportRow) -> Subject:
    return Subject(type=REPORT, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=row.month)
