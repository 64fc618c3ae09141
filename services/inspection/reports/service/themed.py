"""The quarterly themed report: drafted by the job, completed by the office, approved by another post, published."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement.service.work import Clocks
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import Pace
from services.inspection.policy_reports import ThemedReports
from services.inspection.programme.rules.windows import Span, midnight, span_of
from services.inspection.reports import events
from services.inspection.reports.errors import ThemedReportFourEyesError, ThemedReportPostError
from services.inspection.reports.models import ThemedReportRow
from services.inspection.reports.repository import rows
from services.inspection.reports.rules.themed import (
    APPROVE,
    PARTS,
    PUBLISH,
    REWORK,
    SUBMIT,
    ReportAct,
    ReportState,
    check_parts,
    check_report,
    document,
    due_quarters,
)
from services.inspection.reports.service import figures
from services.inspection.reports.service.work import REPORT, ReportsCall, begin, clocks_of, tell
from shared.archive.canonical import digest_of
from shared.contracts.inspection_reports import (
    ThemedReportDrafted,
    ThemedReportPublished,
    ThemedReportReturned,
    ThemedReportSubmitted,
)
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError


async def draft_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Draft the reports of the quarters that are over; answers how many."""
    try:
        governing = desk.governances.in_force(company, now)
    except PolicyNotFoundError:
        return 0
    today = now.astimezone(governing.zone).date()
    newest = await rows.newest_quarter(session, company)
    made = 0
    for span in due_quarters(today, newest):
        made += await _draft(session, desk, governing, company, span, now)
    return made


async def write(call: ReportsCall, report_id: UUID, parts: Mapping[str, str | None]) -> ThemedReportRow:
    """Write the parts that are named; the others stay.

    Raises: ThemedReportNotFoundError, StaleError, ThemedReportStepNotAllowedError, ThemedReportPostError.
    """
    row, _ = await _taken(call, report_id, ReportAct.WRITE)
    for name, words in parts.items():
        setattr(row, name, words)
    row.written_by, row.written_at = call.principal.staff_id, call.now
    await tell(call.session, row, REPORT, "write", call.now, parts=sorted(parts))
    return row


async def submit(call: ReportsCall, report_id: UUID) -> ThemedReportRow:
    """Ask for its approval.  Raises: as `write`, ThemedReportPartMissingError."""
    row, clocks = await _taken(call, report_id, ReportAct.SUBMIT)
    check_parts({name: getattr(row, name) for name in PARTS})
    is_first = row.submitted_at is None
    stopped = [*await clocks.stop(SUBMIT), *await clocks.stop(REWORK)]
    if is_first:
        row.is_late = any(one.is_late for one in stopped)
    row.submitted_by, row.submitted_at = call.principal.staff_id, call.now
    terms = _terms(clocks)
    row.state, row.posts = ReportState.SUBMITTED.value, list(terms.approved_by)
    await clocks.start(APPROVE, terms.approved, row.routing)
    fact = events.of_report(row, ThemedReportSubmitted, call.now, submitted_by=call.principal.staff_id)
    await tell(call.session, row, REPORT, "submit", call.now, fact)
    return row


async def approve(call: ReportsCall, report_id: UUID) -> ThemedReportRow:
    """Another post lets it stand: its figures are frozen.  Raises: as `write`, ThemedReportFourEyesError."""
    row, clocks = await _taken(call, report_id, ReportAct.APPROVE)
    _keep_away(call, row)
    await clocks.stop(APPROVE)
    counted = await live(call.session, clocks.governing, row)
    row.approved_by, row.approved_at = call.principal.staff_id, call.now
    row.figures, row.digest = counted, digest_of(said_of(row, counted))
    terms = _terms(clocks)
    row.state, row.posts = ReportState.APPROVED.value, list(terms.published_by)
    await clocks.start(PUBLISH, terms.published, row.routing)
    fact = events.approved(row, counted, call.principal.staff_id, call.now)
    await tell(call.session, row, REPORT, "approve", call.now, fact, digest=row.digest)
    return row


async def send_back(call: ReportsCall, report_id: UUID, *, reason: str) -> ThemedReportRow:
    """Another post sends it back.  Raises: as `approve`."""
    row, clocks = await _taken(call, report_id, ReportAct.RETURN)
    _keep_away(call, row)
    await clocks.stop(APPROVE)
    row.returned_by, row.returned_at, row.return_reason = call.principal.staff_id, call.now, reason
    terms = _terms(clocks)
    row.state, row.posts = ReportState.RETURNED.value, list(terms.written_by)
    await clocks.start(REWORK, terms.reworked, row.routing)
    fact = events.of_report(row, ThemedReportReturned, call.now, returned_by=call.principal.staff_id)
    await tell(call.session, row, REPORT, "return", call.now, fact)
    return row


async def publish(call: ReportsCall, report_id: UUID) -> ThemedReportRow:
    """Everybody in the company may read it.  Raises: as `write`."""
    row, clocks = await _taken(call, report_id, ReportAct.PUBLISH)
    await clocks.stop(PUBLISH)
    row.published_by, row.published_at = call.principal.staff_id, call.now
    row.state, row.posts = ReportState.PUBLISHED.value, []
    fact = events.of_report(row, ThemedReportPublished, call.now, published_by=call.principal.staff_id)
    await tell(call.session, row, REPORT, "publish", call.now, fact)
    return row


async def live(session: AsyncSession, governing: InspectionGoverning, row: ThemedReportRow) -> dict[str, Any]:
    """Its figures as they would be frozen now."""
    zone = governing.zone
    span = span_of(Pace.QUARTER, row.period_from.astimezone(zone).date())
    return await figures.of_quarter(session, row.company, span, governing.chapter.reports.themed.kinds, zone)


def said_of(row: ThemedReportRow, counted: Mapping[str, Any]) -> dict[str, Any]:
    """What the approval of an approved one stands under."""
    if row.approved_at is None:
        raise RuntimeError("the report was not approved")
    return document(
        company=row.company,
        quarter=row.quarter,
        parts={name: getattr(row, name) for name in PARTS},
        figures=counted,
        submitted_by=row.submitted_by,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )


async def _draft(
    session: AsyncSession,
    desk: InspectionDesk,
    governing: InspectionGoverning,
    company: str,
    span: Span,
    now: datetime,
) -> int:
    terms = governing.chapter.reports.themed
    values = {
        "id": new_id(),
        "company": company,
        "quarter": span.name,
        "period_from": midnight(span.first, governing.zone),
        "period_until": midnight(span.after, governing.zone),
        "state": ReportState.DRAFT.value,
        "posts": list(terms.written_by),
        "made_at": now,
        "policy_version": governing.version,
    }
    row = await rows.insert_report(session, values)
    if row is None:
        return 0
    clocks = clocks_of(session, desk, row, None, now)
    row.due_at = (await begin(clocks, SUBMIT, terms.submitted, row.period_until, row.routing)).deadline_at
    await tell(session, row, REPORT, "draft", now, events.of_report(row, ThemedReportDrafted, now), quarter=span.name)
    return 1


async def _taken(call: ReportsCall, report_id: UUID, act: ReportAct) -> tuple[ThemedReportRow, Clocks]:
    row = await call.take(ThemedReportRow, report_id)
    check_report(act, row.state)
    clocks = clocks_of(call.session, call.desk, row, call.principal.actor, call.now)
    if not any(call.principal.holds(post) for post in _posts(_terms(clocks), act)):
        raise ThemedReportPostError("现行规章规定该操作由其他岗位执行。")
    return row, clocks


def _posts(terms: ThemedReports, act: ReportAct) -> Sequence[str]:
    if act in (ReportAct.APPROVE, ReportAct.RETURN):
        return terms.approved_by
    return terms.published_by if act is ReportAct.PUBLISH else terms.written_by


def _terms(clocks: Clocks) -> ThemedReports:
    return clocks.governing.chapter.reports.themed


def _keep_away(call: ReportsCall, row: ThemedReportRow) -> None:
    if any(call.principal.is_self(staff_id) for staff_id in (row.written_by, row.submitted_by)):
        raise ThemedReportFourEyesError("编写或提交该报告的人不得批准或退回该报告。")
