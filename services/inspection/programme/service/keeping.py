"""What inspections do to what was planned: taken, released, carried out; judged on when it was held."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.programme.errors import (
    ExecutionPlanMissingError,
    InspectorMissingError,
    PlannedEndedError,
    PlannedNotBegunError,
    PlanNotApprovedError,
)
from services.inspection.programme.models import PlannedInspectionRow
from services.inspection.programme.repository import planned, plans
from services.inspection.programme.rules.states import INSPECTION, PlannedAct, PlannedState, PlanState, check_planned
from services.inspection.programme.service.opening import open_clocks
from services.inspection.programme.service.people import people
from services.inspection.programme.service.work import audit, governing_of, planned_subject
from shared.sla.book import ClockBook


async def take(
    session: AsyncSession,
    desk: InspectionDesk,
    company: str,
    planned_id: UUID,
    inspection_id: UUID,
    *,
    now: datetime,
) -> PlannedInspectionRow:
    """An inspection is prepared from it; what was missed is made up for.

    Raises: PlannedInspectionNotFoundError, PlannedStepNotAllowedError, PlannedEndedError, PlanNotApprovedError,
    PlannedNotBegunError, InspectorMissingError, OwnDepartmentError, ExecutionPlanMissingError.
    """
    row = await planned.of_company(session, company, planned_id)
    check_planned(PlannedAct.TAKE, row.state)
    plan = await plans.of_company(session, company, row.plan_id)
    if row.ended_at is not None or plan.state == PlanState.ENDED:
        raise PlannedEndedError("已过补检期限，不再补检。")
    if plan.state != PlanState.APPROVED:
        raise PlanNotApprovedError("检查计划批准后方可开展检查。")
    if row.window_from > now:
        raise PlannedNotBegunError("检查时段尚未开始。")
    governing = governing_of(desk, row)
    if row.inspector_id is None:
        raise InspectorMissingError("须先确定检查人员。")
    there = await people(session, desk, governing, now)
    there.check_outside(row.inspector_id, row.department, "/planned_id")
    if governing.chapter.programme.kinds[row.kind].needs_execution_plan and row.execution_at is None:
        raise ExecutionPlanMissingError("该类检查开始前须有实施方案。")
    if row.opened_at is None:
        await open_clocks(session, governing, row, now)
    row.state, row.inspection_id, row.taken_at = PlannedState.PREPARED.value, inspection_id, now
    row.version += 1
    await audit(session, row, "take", now, inspection_id=str(inspection_id))
    return row


async def released(
    session: AsyncSession, desk: InspectionDesk, company: str, planned_id: UUID, *, now: datetime
) -> PlannedInspectionRow:
    """Its inspection was void: it is owed again.

    Raises: PlannedInspectionNotFoundError, PlannedStepNotAllowedError.
    """
    del desk
    row = await planned.of_company(session, company, planned_id)
    check_planned(PlannedAct.RELEASE, row.state)
    row.state = (PlannedState.PLANNED if row.missed_at is None else PlannedState.MISSED).value
    row.inspection_id = row.taken_at = None
    row.version += 1
    await audit(session, row, "release", now)
    return row


async def carried_out(
    session: AsyncSession,
    desk: InspectionDesk,
    company: str,
    planned_id: UUID,
    *,
    now: datetime,
    held_at: datetime | None = None,
) -> PlannedInspectionRow:
    """It was carried out, at `held_at` if its form came later; stops its clock.

    Raises: PlannedInspectionNotFoundError, PlannedStepNotAllowedError, OccurredInFutureError, OccurredBeforeCaseError.
    """
    row = await planned.of_company(session, company, planned_id)
    check_planned(PlannedAct.CARRY_OUT, row.state)
    governing = governing_of(desk, row)
    book = ClockBook(session, calendars=governing.calendars, now=now)
    hours = governing.chapter.programme.recording_hours
    stopped = await book.stop(planned_subject(row), INSPECTION, occurred_at=held_at, window=timedelta(hours=hours))
    await book.cancel(planned_subject(row), reason="carried_out")
    row.is_late = any(one.is_late for one in stopped) if stopped else (held_at or now) > row.window_until
    if not row.is_late:
        row.missed_at = None  # held in time, written down after: the breach is retracted
    row.state, row.done_at, row.ended_at = PlannedState.DONE.value, held_at or now, now
    row.version += 1
    await audit(session, row, "carry_out", now, is_late=row.is_late)
    return row
