"""The yearly plan: drafted before the year, written, submitted, approved by another, ended and summed up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import (
    ImprovementPlanFourEyesError,
    ImprovementPlanIncompleteError,
)
from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.repository import plans
from services.inspection.improvement.rules.states import PLAN as PLAN_METRIC
from services.inspection.improvement.rules.states import SUMMARY, PlanAct, PlanState, check_plan
from services.inspection.improvement.service import figures
from services.inspection.improvement.service.work import PLAN, Clocks, Deed, ImprovementCall, lead_posts
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_improvement import YearPlan
from services.inspection.policy_programme import Pace
from services.inspection.programme.rules.windows import Span, due_spans, midnight
from shared.contracts.inspection_improvement import (
    ImprovementPlanApproved,
    ImprovementPlanClosed,
    ImprovementPlanDrafted,
    ImprovementPlanEnded,
    ImprovementPlanReturned,
    ImprovementPlanSubmitted,
)
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError

AT_ONCE = 200


async def plan_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """Draft the plans that are to be there today; answers how many."""
    deed = Deed(session, desk, company, None, now)
    try:
        governing = deed.in_force()
    except PolicyNotFoundError:
        return 0
    terms = governing.chapter.improvement.plan
    today = deed.now.astimezone(governing.zone).date()
    known = await plans.known(session, company, deed.now)
    places = [*([None] if terms.is_company else []), *terms.departments]
    made = 0
    for span in due_spans(Pace.YEAR, today, terms.made_days):
        for department in places:
            if (span.first.year, department or "") not in known:
                made += await _draft(deed, governing, span, department)
    return made


async def _draft(deed: Deed, governing: InspectionGoverning, span: Span, department: str | None) -> int:
    """Draft one plan; none where the year would be over before it is approved."""
    zone, terms = governing.zone, governing.chapter.improvement.plan
    today = deed.now.astimezone(zone).date()
    due_on = max(span.first - timedelta(days=terms.stands_days), today + timedelta(days=terms.least_days + 1))
    if due_on >= span.after:
        return 0
    row = await plans.insert_new(
        deed.session,
        {
            "id": new_id(),
            "company": deed.company,
            "year": span.first.year,
            "place": department or "",
            "department": department,
            "period_from": midnight(span.first, zone),
            "period_until": midnight(span.after, zone),
            "due_at": midnight(due_on, zone),
            "state": PlanState.DRAFT.value,
            "posts": _writers(governing, department),
            "made_at": deed.now,
            "policy_version": governing.version,
        },
    )
    if row is None:
        return 0
    await _clocks(deed, row).start_until(PLAN_METRIC, terms.approval, deed.now, row.due_at, row.routing)
    await deed.tell(row, PLAN, "draft", events.of_plan(row, ImprovementPlanDrafted, deed.now), year=row.year)
    return 1


async def write(call: ImprovementCall, plan_id: UUID, *, aims: str) -> ImprovementPlanRow:
    """Say what the year is to bring.

    Raises: ImprovementPlanNotFoundError, StaleError, ImprovementPlanStepNotAllowedError, ImprovementPostError.
    """
    row, _ = await _taken(call, plan_id, PlanAct.WRITE, _writers)
    row.aims, row.written_by, row.written_at = aims, call.principal.staff_id, call.now
    await call.deed.tell(row, PLAN, "write")
    return row


async def submit(call: ImprovementCall, plan_id: UUID) -> ImprovementPlanRow:
    """Ask for its approval.  Raises: as `write`, ImprovementPlanIncompleteError."""
    row, clocks = await _taken(call, plan_id, PlanAct.SUBMIT, _writers)
    terms = clocks.governing.chapter.improvement.plan
    if row.aims is None:
        raise ImprovementPlanIncompleteError.of("/aims", "计划须先写明年度改进目标。")
    if await plans.held(call.session, row.id) < terms.least_improvements:
        raise ImprovementPlanIncompleteError.of(
            "/improvements", f"计划至少须列入 {terms.least_improvements} 个改进项。"
        )
    row.submitted_by, row.submitted_at = call.principal.staff_id, call.now
    row.state, row.posts = PlanState.SUBMITTED.value, _approvers(clocks.governing, row.department)
    await clocks.move(row.routing)
    said = events.of_plan(row, ImprovementPlanSubmitted, call.now, submitted_by=call.principal.staff_id)
    await call.deed.tell(row, PLAN, "submit", said)
    return row


async def approve(call: ImprovementCall, plan_id: UUID) -> ImprovementPlanRow:
    """Another person lets it stand; stops its clock.  Raises: as `write`, ImprovementPlanFourEyesError."""
    row, clocks = await _judged(call, plan_id, PlanAct.APPROVE)
    stopped = await clocks.stop(PLAN_METRIC)
    row.is_late = any(one.is_late for one in stopped) if stopped else call.now > row.due_at
    row.approved_by, row.approved_at = call.principal.staff_id, call.now
    row.state, row.posts = PlanState.APPROVED.value, []
    said = events.of_plan(
        row, ImprovementPlanApproved, call.now, approved_by=call.principal.staff_id, is_late=row.is_late
    )
    await call.deed.tell(row, PLAN, "approve", said, is_late=row.is_late)
    return row


async def send_back(call: ImprovementCall, plan_id: UUID, *, reason: str) -> ImprovementPlanRow:
    """Another person sends it back; its clock runs on.  Raises: as `approve`."""
    row, clocks = await _judged(call, plan_id, PlanAct.RETURN)
    row.returned_by, row.returned_at, row.return_reason = call.principal.staff_id, call.now, reason
    row.state, row.posts = PlanState.DRAFT.value, _writers(clocks.governing, row.department)
    await clocks.move(row.routing)
    said = events.of_plan(row, ImprovementPlanReturned, call.now, returned_by=call.principal.staff_id)
    await call.deed.tell(row, PLAN, "return", said)
    return row


async def close(call: ImprovementCall, plan_id: UUID, *, summary: str) -> ImprovementPlanRow:
    """Say what was done in the year; its figures stand already.  Raises: as `write`."""
    row, clocks = await _taken(call, plan_id, PlanAct.CLOSE, _writers)
    row.summary, row.closed_by, row.closed_at = summary, call.principal.staff_id, call.now
    row.state, row.posts = PlanState.CLOSED.value, []
    await clocks.stop(SUMMARY)
    said = events.of_plan(row, ImprovementPlanClosed, call.now, closed_by=call.principal.staff_id)
    await call.deed.tell(row, PLAN, "close", said)
    return row


async def end_due(session: AsyncSession, desk: InspectionDesk, company: str, *, now: datetime) -> int:
    """End the plans whose year is over: their figures are frozen, their summary is owed; answers how many."""
    deed = Deed(session, desk, company, None, now)
    found = await plans.over(session, company, deed.now, AT_ONCE)
    for row in found:
        clocks = _clocks(deed, row)
        counted = await figures.of_plan(session, row)
        row.state, row.ended_at, row.figures = PlanState.ENDED.value, deed.now, counted
        row.posts = _writers(clocks.governing, row.department)
        row.version += 1
        await clocks.cancel("year_over")
        await clocks.start(SUMMARY, clocks.governing.chapter.improvement.plan.summary, row.routing)
        shown = {name: counted[name] for name in ("planned", "done_in_time", "done_late", "not_done", "accepted")}
        await deed.tell(row, PLAN, "end", events.of_plan(row, ImprovementPlanEnded, deed.now, **shown))
    return len(found)


async def _taken(
    call: ImprovementCall, plan_id: UUID, act: PlanAct, posts: Callable[[InspectionGoverning, str | None], list[str]]
) -> tuple[ImprovementPlanRow, Clocks]:
    row = await call.take(ImprovementPlanRow, plan_id)
    check_plan(act, row.state)
    clocks = _clocks(call.deed, row)
    call.check_posts(posts(clocks.governing, row.department))
    return row, clocks


async def _judged(call: ImprovementCall, plan_id: UUID, act: PlanAct) -> tuple[ImprovementPlanRow, Clocks]:
    row, clocks = await _taken(call, plan_id, act, _approvers)
    if call.is_any(row.written_by, row.submitted_by):
        raise ImprovementPlanFourEyesError("编制或提交该计划的人不得批准或退回该计划。")
    return row, clocks


def _terms(governing: InspectionGoverning) -> YearPlan:
    return governing.chapter.improvement.plan


def _writers(governing: InspectionGoverning, department: str | None) -> list[str]:
    return list(_terms(governing).written_by) if department is None else lead_posts(governing, department)


def _approvers(governing: InspectionGoverning, department: str | None) -> list[str]:
    terms = _terms(governing)
    return list(terms.approved_by if department is None else terms.department_approved_by)


def _clocks(deed: Deed, row: ImprovementPlanRow) -> Clocks:
    governing = deed.governing(row.policy_version, row.made_at)
    return Clocks(deed, governing, PLAN, row.id, row.id, governing.chapter.improvement.plan.clause)
