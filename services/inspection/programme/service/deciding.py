"""A plan is submitted, and approved or returned by another person."""

from services.inspection.programme import events
from services.inspection.programme.errors import PlanFourEyesError
from services.inspection.programme.models import InspectionPlanRow
from services.inspection.programme.repository import plans
from services.inspection.programme.rules.states import PLAN, PlanAct, PlanState, check_plan
from services.inspection.programme.service.people import people
from services.inspection.programme.service.work import (
    ProgrammeCall,
    approving_posts,
    audit,
    governing_of,
    level_of,
    plan_subject,
    planning_posts,
)
from shared.contracts.inspection_programme import (
    InspectionPlanApproved,
    InspectionPlanReturned,
    InspectionPlanSubmitted,
)
from shared.events import outbox


async def submit(call: ProgrammeCall) -> InspectionPlanRow:
    """The planner asks for its approval.

    Raises: InspectionPlanNotFoundError, StaleError, PlanStepNotAllowedError, PlanPostError.
    """
    row = await call.plan()
    check_plan(PlanAct.SUBMIT, row.state)
    governing = governing_of(call.desk, row)
    level = level_of(governing, row.level)
    call.check_posts(*planning_posts(governing, level, row.department))
    row.state, row.submitted_by, row.submitted_at = PlanState.SUBMITTED.value, call.principal.staff_id, call.now
    row.owner_id, row.posts = None, list(approving_posts(governing, level, row.department))
    row.version += 1
    await call.book(governing).transfer(plan_subject(row), row.routing)
    await audit(call.session, row, "submit", call.now)
    said = events.of_plan(row, InspectionPlanSubmitted, call.now, submitted_by=call.principal.staff_id)
    await outbox.add(call.session, said)
    return row


async def approve(call: ProgrammeCall) -> InspectionPlanRow:
    """Another person lets it stand; stops its clock.

    Raises: InspectionPlanNotFoundError, StaleError, PlanStepNotAllowedError, PlanPostError, PlanFourEyesError.
    """
    row = await _decided(call, PlanAct.APPROVE)
    stopped = await call.book(governing_of(call.desk, row)).stop(plan_subject(row), PLAN, actor=call.principal.actor)
    row.state, row.approved_by, row.approved_at = PlanState.APPROVED.value, call.principal.staff_id, call.now
    row.is_late = any(one.is_late for one in stopped) if stopped else call.now > row.due_at
    row.posts = []
    row.version += 1
    await audit(call.session, row, "approve", call.now, is_late=row.is_late)
    said = events.of_plan(
        row, InspectionPlanApproved, call.now, approved_by=call.principal.staff_id, is_late=row.is_late
    )
    await outbox.add(call.session, said)
    return row


async def send_back(call: ProgrammeCall, *, reason: str) -> InspectionPlanRow:
    """Another person sends it back to its planner; its clock runs on.  Raises: as `approve`."""
    row = await _decided(call, PlanAct.RETURN)
    governing = governing_of(call.desk, row)
    there = await people(call.session, call.desk, governing, call.now)
    row.state, row.return_reason = PlanState.DRAFT.value, reason
    row.returned_by, row.returned_at = call.principal.staff_id, call.now
    row.owner_id, row.posts = there.planner(governing, level_of(governing, row.level), row.department, row.team)
    row.version += 1
    await call.book(governing).transfer(plan_subject(row), row.routing)
    await audit(call.session, row, "return", call.now)
    said = events.of_plan(row, InspectionPlanReturned, call.now, returned_by=call.principal.staff_id)
    await outbox.add(call.session, said)
    return row


async def _decided(call: ProgrammeCall, act: PlanAct) -> InspectionPlanRow:
    row = await call.plan()
    check_plan(act, row.state)
    governing = governing_of(call.desk, row)
    call.check_posts(*approving_posts(governing, level_of(governing, row.level), row.department))
    own = {row.submitted_by, *await plans.adjusters(call.session, row.id)}
    if any(call.principal.is_self(staff_id) for staff_id in own):
        raise PlanFourEyesError("编制、调整或提交该计划的人不得批准或退回该计划。")
    return row
