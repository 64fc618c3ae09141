"""The monthly summary: drafted by the job or begun by hand, written, signed by the head, noted or returned."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.facts.service.figures import month_bounds
from services.inspection.policy import InspectionGoverning
from services.inspection.reports import events
from services.inspection.reports.errors import (
    SummaryDepartmentError,
    SummaryExistsError,
    SummaryFourEyesError,
    SummaryNotHeadError,
    SummaryPostError,
)
from services.inspection.reports.models import MonthlySummaryRow, SummaryEditionRow
from services.inspection.reports.repository import rows
from services.inspection.reports.rules.summaries import (
    NOTE,
    PARTS,
    REWORK,
    SUBMIT,
    SummaryAct,
    SummaryState,
    SummaryVerdict,
    check_month,
    check_over,
    check_parts,
    check_summary,
    document,
    due_months,
)
from services.inspection.reports.service import figures
from services.inspection.reports.service.work import SUMMARY, ReportsCall, begin, clocks_of, head_post, tell
from shared.archive.canonical import digest_of
from shared.contracts.inspection_reports import SummaryDrafted, SummaryNoted, SummaryReturned
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError


async def draft_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Draft the summaries of the months that are over, start the clocks of those begun by hand; answers how many."""
    try:
        governing = desk.governances.in_force(company, now)
    except PolicyNotFoundError:
        return 0
    terms = governing.chapter.reports.summary
    today = now.astimezone(governing.zone).date()
    begun = await rows.unopened(session, company, now)
    for row in begun:
        row.version += 1
        await _open(session, desk, row, now)
        await tell(session, row, SUMMARY, "open", now)
    made = 0
    for department in terms.departments:
        newest = await rows.newest_month(session, company, department, now)
        for month in due_months(today, newest, terms.opened_months):
            made += await _draft(session, desk, governing, company, department, month, None, now, new_id()) is not None
    return len(begun) + made


async def start(call: ReportsCall, summary_id: UUID, *, department: str, month: str) -> MonthlySummaryRow:
    """Begin one by hand: its figures are live, it is signed when the month is over.

    Raises: SummaryDepartmentError, SummaryMonthError, SummaryExistsError.
    """
    company = call.principal.company
    governing = call.desk.governances.in_force(company, call.now)
    terms = governing.chapter.reports.summary
    if department not in terms.departments:
        raise SummaryDepartmentError.at_pointer("现行规章未要求该部门编制服务总结。")
    if not call.scope.admits(company=company, department=department):
        raise SummaryDepartmentError.at_pointer("只能编制本部门的服务总结。")
    check_month(month, call.now.astimezone(governing.zone).date(), terms.opened_months)
    by = call.principal.staff_id
    row = await _draft(call.session, call.desk, governing, company, department, month, by, call.now, summary_id)
    if row is None:
        raise SummaryExistsError("该部门当月的服务总结已存在，请在原件上编制。")
    return row


async def write(call: ReportsCall, summary_id: UUID, parts: Mapping[str, str | None]) -> MonthlySummaryRow:
    """Write the parts that are named; the others stay.

    Raises: SummaryNotFoundError, StaleError, SummarySignedError.
    """
    row = await call.take(MonthlySummaryRow, summary_id)
    check_summary(SummaryAct.WRITE, row.state)
    for name, words in parts.items():
        setattr(row, name, words)
    row.written_by, row.written_at = call.principal.staff_id, call.now
    await tell(call.session, row, SUMMARY, "write", call.now, parts=sorted(parts))
    return row


async def sign(call: ReportsCall, summary_id: UUID) -> MonthlySummaryRow:
    """The head signs: figures are frozen under a digest, the committee owes its word.

    Raises: SummaryNotFoundError, StaleError, SummarySignedError, SummaryNotHeadError, SummaryMonthNotOverError,
    SummaryPartMissingError.
    """
    row = await call.take(MonthlySummaryRow, summary_id)
    check_summary(SummaryAct.SIGN, row.state)
    clocks = clocks_of(call.session, call.desk, row, call.principal.actor, call.now)
    post = head_post(clocks.governing, row.department)
    if post is None or not call.principal.holds(post):
        raise SummaryNotHeadError("服务总结由部门负责人本人，或依法代理其岗位的人签字。")
    check_over(row.period_until, call.now)
    check_parts({name: getattr(row, name) for name in PARTS})
    if row.due_at is None:
        await _open(call.session, call.desk, row, call.now)
    edition = await _freeze(call, row, clocks.governing)
    stopped = [*await clocks.stop(SUBMIT), *await clocks.stop(REWORK)]
    if edition.edition == 1:
        row.is_late = any(one.is_late for one in stopped)
    await clocks.start(NOTE, clocks.governing.chapter.reports.summary.noted, row.desk_routing)
    fact = events.signed(row, edition, call.now)
    await tell(call.session, row, SUMMARY, "sign", call.now, fact, edition=row.edition, digest=edition.digest)
    return row


async def note(call: ReportsCall, summary_id: UUID, *, words: str | None) -> MonthlySummaryRow:
    """The committee takes note.

    Raises: SummaryNotFoundError, StaleError, SummaryStepNotAllowedError, SummaryPostError, SummaryFourEyesError.
    """
    row = await _judged(call, summary_id, SummaryAct.NOTE, SummaryVerdict.NOTED, words)
    row.state, row.posts = SummaryState.NOTED.value, []
    row.noted_by, row.noted_at = call.principal.staff_id, call.now
    fact = events.of_summary(row, SummaryNoted, call.now, noted_by=call.principal.staff_id)
    await tell(call.session, row, SUMMARY, "note", call.now, fact, edition=row.edition)
    return row


async def send_back(call: ReportsCall, summary_id: UUID, *, reason: str) -> MonthlySummaryRow:
    """The committee wants another edition; what was signed stays as it was.  Raises: as `note`."""
    row = await _judged(call, summary_id, SummaryAct.RETURN, SummaryVerdict.RETURNED, reason)
    clocks = clocks_of(call.session, call.desk, row, call.principal.actor, call.now)
    row.state, row.return_reason = SummaryState.RETURNED.value, reason
    row.posts = _writers(clocks.governing, row.department)
    await clocks.start(REWORK, clocks.governing.chapter.reports.summary.reworked, row.routing)
    fact = events.of_summary(row, SummaryReturned, call.now, returned_by=call.principal.staff_id)
    await tell(call.session, row, SUMMARY, "return", call.now, fact, edition=row.edition)
    return row


async def _draft(
    session: AsyncSession,
    desk: InspectionDesk,
    governing: InspectionGoverning,
    company: str,
    department: str,
    month: str,
    made_by: UUID | None,
    now: datetime,
    summary_id: UUID,
) -> MonthlySummaryRow | None:
    since, until = month_bounds(month, governing.zone)
    values = {
        "id": summary_id,
        "company": company,
        "department": department,
        "month": month,
        "period_from": since,
        "period_until": until,
        "state": SummaryState.DRAFT.value,
        "posts": _writers(governing, department),
        "made_by": made_by,
        "made_at": now,
        "policy_version": governing.version,
    }
    row = await rows.insert_summary(session, values)
    if row is None:
        return None
    if until <= now:
        await _open(session, desk, row, now)
    await tell(session, row, SUMMARY, "draft", now, events.of_summary(row, SummaryDrafted, now), month=month)
    return row


async def _open(session: AsyncSession, desk: InspectionDesk, row: MonthlySummaryRow, now: datetime) -> None:
    """The month is over: its clock begins with the first day after it."""
    clocks = clocks_of(session, desk, row, None, now)
    terms = clocks.governing.chapter.reports.summary
    view = await begin(clocks, SUBMIT, terms.submitted, row.period_until, row.routing)
    row.due_at = view.deadline_at or row.period_until


async def _freeze(call: ReportsCall, row: MonthlySummaryRow, governing: InspectionGoverning) -> SummaryEditionRow:
    counted = await figures.of_month(call.session, row.company, row.department, row.period_from, row.period_until)
    row.edition += 1
    row.signed_by, row.signed_at = call.principal.staff_id, call.now
    row.state, row.posts = SummaryState.SUBMITTED.value, list(governing.chapter.reports.summary.noted_by)
    parts = {name: getattr(row, name) for name in PARTS}
    said = document(
        company=row.company,
        department=row.department,
        month=row.month,
        edition=row.edition,
        parts=parts,
        figures=counted,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )
    edition = SummaryEditionRow(
        id=new_id(),
        company=row.company,
        summary_id=row.id,
        edition=row.edition,
        figures=counted,
        digest=digest_of(said),
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        **parts,
    )
    await rows.add(call.session, edition)
    return edition


async def _judged(
    call: ReportsCall, summary_id: UUID, act: SummaryAct, verdict: SummaryVerdict, words: str | None
) -> MonthlySummaryRow:
    row = await call.take(MonthlySummaryRow, summary_id)
    check_summary(act, row.state)
    clocks = clocks_of(call.session, call.desk, row, call.principal.actor, call.now)
    if not any(call.principal.holds(post) for post in clocks.governing.chapter.reports.summary.noted_by):
        raise SummaryPostError("服务总结由现行规章规定的岗位审阅。")
    if call.principal.is_self(row.signed_by):
        raise SummaryFourEyesError("签字人不得审阅本人提交的服务总结。")
    edition = await rows.edition(call.session, row.id, row.edition)
    edition.verdict, edition.words = verdict.value, words
    edition.judged_by, edition.judged_at = call.principal.staff_id, call.now
    await clocks.stop(NOTE)
    return row


def _writers(governing: InspectionGoverning, department: str) -> list[str]:
    post = head_post(governing, department)
    return [post] if post else []
