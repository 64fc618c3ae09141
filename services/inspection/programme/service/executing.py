"""The execution plan before an inspection: who goes, what is checked, how, when, how many (domain.md 2.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.inspection.programme.errors import (
    CodeUnknownError,
    ExecutionDateError,
    InspectorMissingError,
    PlannedEndedError,
)
from services.inspection.programme.models import PlannedInspectionRow
from services.inspection.programme.rules.states import EXECUTION, PlannedAct, check_planned
from services.inspection.programme.rules.windows import midnight
from services.inspection.programme.service.people import people
from services.inspection.programme.service.work import (
    ProgrammeCall,
    audit,
    governing_of,
    level_of,
    planned_subject,
    planning_posts,
)


@dataclass(frozen=True, slots=True)
class ExecutionPlan:
    """What the execution plan says."""

    method: str
    held_on: date
    checks: str
    sample_size: int | None = None
    companion_ids: tuple[UUID, ...] = ()


async def write_execution_plan(call: ProgrammeCall, said: ExecutionPlan) -> PlannedInspectionRow:
    """The inspector, or who plans, writes it, or writes it anew before the inspection; stops its clock.

    Raises: PlannedInspectionNotFoundError, StaleError, PlannedStepNotAllowedError, PlannedEndedError, PlanPostError,
    InspectorMissingError, OwnDepartmentError, InspectorUnfitError, CodeUnknownError, ExecutionDateError.
    """
    row = await call.planned()
    check_planned(PlannedAct.EXECUTE, row.state)
    if row.ended_at is not None:
        raise PlannedEndedError("已过补检期限，不再补检。")
    governing = governing_of(call.desk, row)
    if not call.principal.is_self(row.inspector_id):
        call.check_posts(*planning_posts(governing, level_of(governing, row.level), row.led_by))
    if row.inspector_id is None:
        raise InspectorMissingError("须先确定检查人员。")
    if said.method not in governing.chapter.programme.methods:
        raise CodeUnknownError.at_pointer("/method")
    _check_date(call, row, said.held_on)
    there = await people(call.session, call.desk, governing, call.now)
    there.check_outside(row.inspector_id, row.department, "/inspector_id")
    for position, staff_id in enumerate(said.companion_ids):
        there.check_outside(staff_id, row.department, f"/companion_ids/{position}")
    row.method, row.held_on, row.checks = said.method, said.held_on, said.checks
    row.sample_size, row.companion_ids = said.sample_size, list(dict.fromkeys(said.companion_ids))
    row.execution_by, row.execution_at = call.principal.staff_id, call.now
    row.version += 1
    await call.book(governing).stop(planned_subject(row), EXECUTION, actor=call.principal.actor)
    await audit(call.session, row, "write_execution_plan", call.now, method=said.method)
    return row


def _check_date(call: ProgrammeCall, row: PlannedInspectionRow, held_on: date) -> None:
    zone = governing_of(call.desk, row).zone
    today = call.now.astimezone(zone).date()
    is_within = row.window_from <= midnight(held_on, zone) < row.window_until
    if held_on < today or not (is_within or (row.missed_at is not None and held_on <= today + timedelta(days=366))):
        raise ExecutionDateError.at_pointer("/held_on")
