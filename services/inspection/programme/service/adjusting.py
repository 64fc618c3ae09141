"""A plan is adjusted with a reason: added to, moved, cancelled, assigned; every adjustment is kept."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import AdjustAct, PlanLevel
from services.inspection.programme import events
from services.inspection.programme.errors import (
    CodeUnknownError,
    MovesSpentError,
    PlaceOutsidePlanError,
    PlanFourEyesError,
    WindowError,
)
from services.inspection.programme.models import InspectionPlanRow, PlanAdjustmentRow, PlannedInspectionRow
from services.inspection.programme.repository import planned
from services.inspection.programme.rules.adjustments import Addition, Assignment, Cancellation, Move, adjustment_of
from services.inspection.programme.rules.states import (
    EXECUTION,
    PlanAct,
    PlannedAct,
    PlannedState,
    PlanState,
    check_plan,
    check_planned,
)
from services.inspection.programme.rules.windows import midnight
from services.inspection.programme.service.opening import open_clocks
from services.inspection.programme.service.people import people, place
from services.inspection.programme.service.planning import new_planned
from services.inspection.programme.service.work import (
    ProgrammeCall,
    approving_posts,
    audit,
    governing_of,
    inspection_promise,
    level_of,
    planned_subject,
    planning_posts,
)
from shared.contracts import inspection_programme as contracts
from shared.events import outbox
from shared.ids import new_id


async def adjust(call: ProgrammeCall, act: AdjustAct, said: Mapping[str, object], *, reason: str) -> InspectionPlanRow:
    """Change one planned inspection of a plan.

    A draft is adjusted by those who plan; of an approved plan they only do what the pack leaves free, the rest is for
    another person of the posts that approve.

    Raises: InspectionPlanNotFoundError, StaleError, PlanStepNotAllowedError, PlanPostError, PlanFourEyesError,
    AdjustmentFieldMissingError, AdjustmentFieldSurplusError,
    PlannedInspectionNotFoundError, PlannedStepNotAllowedError, CodeUnknownError, PlaceOutsidePlanError, WindowError,
    MovesSpentError, InspectorUnfitError, OwnDepartmentError.
    """
    plan = await call.plan()
    check_plan(PlanAct.ADJUST, plan.state)
    governing = governing_of(call.desk, plan)
    _check_who(call, plan, governing, act)
    asked = adjustment_of(act, said)
    before: dict[str, Any] = {}
    fact: type[contracts.PlannedInspectionFact] = contracts.InspectionPlanned
    if isinstance(asked, Addition):
        row = await _add(call, plan, governing, asked)
    else:
        row = await planned.of_plan_one(call.session, plan.id, asked.planned_id)
        before = _shown(row)
        fact = await _change(call, plan, governing, row, asked, reason)
        row.version += 1
    plan.adjustments += 1
    plan.version += 1
    is_after_approval = plan.state == PlanState.APPROVED
    await call.session.flush()
    call.session.add(
        PlanAdjustmentRow(
            id=new_id(),
            company=plan.company,
            plan_id=plan.id,
            planned_id=row.id,
            position=plan.adjustments,
            act=act.value,
            reason=reason,
            is_after_approval=is_after_approval,
            before=before,
            after=_shown(row),
            adjusted_by=call.principal.staff_id,
            adjusted_at=call.now,
        )
    )
    await audit(call.session, plan, "adjust", call.now, act=act.value, planned_id=str(row.id))
    adjusted = events.of_plan(
        plan,
        contracts.InspectionPlanAdjusted,
        call.now,
        planned_id=row.id,
        act=act.value,
        is_after_approval=is_after_approval,
        adjusted_by=call.principal.staff_id,
    )
    await outbox.add(call.session, adjusted, events.of_planned(row, fact, call.now))
    return plan


def _check_who(call: ProgrammeCall, plan: InspectionPlanRow, governing: InspectionGoverning, act: AdjustAct) -> None:
    level = level_of(governing, plan.level)
    if plan.state != PlanState.APPROVED or act in level.free_adjustments:
        call.check_posts(*planning_posts(governing, level, plan.department))
        return
    call.check_posts(*approving_posts(governing, level, plan.department))
    if call.principal.is_self(plan.submitted_by):
        raise PlanFourEyesError("提交计划的人不得自行变更已批准的计划。")


async def _add(
    call: ProgrammeCall, plan: InspectionPlanRow, governing: InspectionGoverning, asked: Addition
) -> PlannedInspectionRow:
    programme, common = governing.chapter.programme, governing.policy.common
    for pointer, code, known in (
        ("/kind", asked.kind, programme.kinds),
        ("/theme", asked.theme, programme.themes),
        ("/department", asked.department, common.departments),
        ("/team", asked.team, common.teams),
    ):
        if code is not None and code not in known:
            raise CodeUnknownError.at_pointer(pointer)
    if plan.level != PlanLevel.COMPANY:
        if asked.department != plan.department:
            raise PlaceOutsidePlanError.at_pointer("/department")
        if plan.team is not None and asked.team != plan.team:
            raise PlaceOutsidePlanError.at_pointer("/team")
    from_at, until_at = midnight(asked.from_on, governing.zone), _after(governing, asked.until_on)
    _check_window(call, plan, governing, from_at, until_at)
    row = new_planned(
        plan,
        kind=asked.kind,
        theme=asked.theme,
        department=asked.department,
        team=asked.team,
        is_announced=programme.kinds[asked.kind].is_announced,
        from_at=from_at,
        until_at=until_at,
        now=call.now,
    )
    await _assign(call, governing, row, asked.inspector_id)
    call.session.add(row)
    await call.session.flush()
    if row.window_from <= call.now:
        await open_clocks(call.session, governing, row, call.now)
    return row


async def _change(
    call: ProgrammeCall,
    plan: InspectionPlanRow,
    governing: InspectionGoverning,
    row: PlannedInspectionRow,
    asked: Move | Cancellation | Assignment,
    reason: str,
) -> type[contracts.PlannedInspectionFact]:
    if isinstance(asked, Move):
        check_planned(PlannedAct.MOVE, row.state)
        await _move(call, plan, governing, row, asked)
        return contracts.InspectionMoved
    if isinstance(asked, Cancellation):
        check_planned(PlannedAct.CANCEL, row.state)
        row.state, row.cancel_reason, row.ended_at = PlannedState.CANCELLED.value, reason, call.now
        await call.book(governing).cancel(planned_subject(row), reason="cancelled", actor=call.principal.actor)
        return contracts.InspectionCancelled
    check_planned(PlannedAct.ASSIGN, row.state)
    await _assign(call, governing, row, asked.inspector_id)
    await call.book(governing).transfer(planned_subject(row), row.routing)
    return contracts.InspectionAssigned


async def _move(
    call: ProgrammeCall,
    plan: InspectionPlanRow,
    governing: InspectionGoverning,
    row: PlannedInspectionRow,
    asked: Move,
) -> None:
    if row.moves >= governing.chapter.programme.moves.times:
        raise MovesSpentError("该次检查的改期次数已用完。")
    from_at = row.window_from if asked.from_on is None else midnight(asked.from_on, governing.zone)
    until_at = _after(governing, asked.until_on)
    has_begun = row.window_from <= call.now
    if has_begun and from_at != row.window_from:
        raise _no_window(governing, "/from_on")
    if (from_at, until_at) == (row.window_from, row.window_until):
        raise _no_window(governing, "/until_on")
    _check_window(call, plan, governing, from_at, until_at, has_begun=has_begun)
    row.window_from, row.window_until = from_at, until_at
    row.moves += 1
    if row.opened_at is None:
        return
    promise = inspection_promise(governing, row)
    book, stamp = call.book(governing), governing.stamp()
    # the execution plan is owed from the beginning of the window on, which stays
    await book.retarget(planned_subject(row), stamp, [promise], cause="moved", keep=(EXECUTION,))


async def _assign(
    call: ProgrammeCall, governing: InspectionGoverning, row: PlannedInspectionRow, inspector_id: UUID | None
) -> None:
    level = level_of(governing, row.level)
    there = await people(call.session, call.desk, governing, call.now)
    if inspector_id is not None:
        there.check(level, inspector_id, row.department, "/inspector_id")
        place(row, governing, inspector_id, is_named=True)
        return
    place(row, governing, there.draw(level, row.department), is_named=False)


def _check_window(
    call: ProgrammeCall,
    plan: InspectionPlanRow,
    governing: InspectionGoverning,
    from_at: datetime,
    until_at: datetime,
    *,
    has_begun: bool = False,
) -> None:
    today = midnight(call.now.astimezone(governing.zone).date(), governing.zone)
    last = plan.period_until + timedelta(days=governing.chapter.programme.moves.days_beyond)
    if not has_begun and from_at < max(today, plan.period_from):
        raise _no_window(governing, "/from_on")
    if not max(from_at, call.now) < until_at <= last:
        raise _no_window(governing, "/until_on")


def _no_window(governing: InspectionGoverning, pointer: str) -> WindowError:
    return WindowError.at_pointer(pointer, days=governing.chapter.programme.moves.days_beyond)


def _after(governing: InspectionGoverning, last: date) -> datetime:
    return midnight(last + timedelta(days=1), governing.zone)


def _shown(row: PlannedInspectionRow) -> dict[str, Any]:
    return {
        "state": row.state,
        "window_from": row.window_from.isoformat(),
        "window_until": row.window_until.isoformat(),
        "inspector_id": str(row.inspector_id) if row.inspector_id else None,
        "gap": row.gap,
    }
