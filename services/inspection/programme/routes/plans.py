"""The doors of the plans: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.policy_programme import Pace, PlanLevel
from services.inspection.programme import schemas
from services.inspection.programme.models import InspectionPlanRow
from services.inspection.programme.routes.doors import call_of, claim
from services.inspection.programme.rules.states import PlanState
from services.inspection.programme.service import adjusting, deciding, planning, reading
from services.inspection.programme.service.work import READ, ProgrammeCall
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import REPLAYED, changed, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/inspection-plans", tags=["inspection-plans"])

Reader = Annotated[Principal, requires(READ)]
Maker = Annotated[Principal, requires("inspection.make_plans")]
Planner = Annotated[StepDoor, step_door("inspection.plan")]
Approver = Annotated[StepDoor, step_door("inspection.approve_plan")]
Adjuster = Annotated[StepDoor, step_door("inspection.adjust_plan")]
Optional = SkipJsonSchema[None]


@router.get("", summary="检查计划列表")
async def list_inspection_plans(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    level: Annotated[PlanLevel | Optional, Query()] = None,
    pace: Annotated[Pace | Optional, Query()] = None,
    period: Annotated[str | Optional, Query(max_length=10, examples=["2026-12"])] = None,
    state: Annotated[PlanState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
) -> schemas.InspectionPlanPage:
    equal = {
        "level": level,
        "pace": pace,
        "period": period,
        "state": state,
        "department": department,
        "team": team,
    }
    before = page.after[0] if page.after else None
    rows = await reading.plan_page(session, principal.scope(READ), equal=equal, before=before, limit=page.fetch)
    shown = [schemas.InspectionPlan.model_validate(row) for row in rows]
    return schemas.InspectionPlanPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="按规章生成年、季或月的检查计划")
async def create_inspection_plans(
    request: Request,
    body: schemas.InspectionPlansCreate,
    principal: Maker,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.InspectionPlans:
    replay = await once.claim(session, resource_id=new_id(), now=now)
    if replay is None:
        rows = await planning.plan_period(
            session,
            request.app.state.desk,
            principal.company,
            body.period,
            made_by=principal.staff_id,
            now=now,
        )
    else:
        response.headers[REPLAYED] = "true"
        rows = await reading.of_period(session, principal.company, body.period)
    return schemas.InspectionPlans(
        period=body.period, items=[schemas.InspectionPlan.model_validate(row) for row in rows]
    )


@router.get("/{plan_id}", summary="查看检查计划")
async def get_inspection_plan(
    plan_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.InspectionPlan:
    row = await reading.plan(session, plan_id, principal.scope(READ))
    return set_etag(response, schemas.InspectionPlan.model_validate(row))


@router.get("/{plan_id}/adjustments", summary="检查计划的调整记录")
async def list_inspection_plan_adjustments(
    plan_id: UUID, principal: Reader, session: SessionDep
) -> schemas.InspectionPlanAdjustments:
    rows = await reading.adjustments(session, plan_id, principal.scope(READ))
    return schemas.InspectionPlanAdjustments(
        items=[schemas.InspectionPlanAdjustment.model_validate(row) for row in rows]
    )


@router.post("/{plan_id}/submit", summary="提交检查计划")
async def submit_inspection_plan(
    request: Request, plan_id: UUID, door: Planner, response: Response
) -> schemas.InspectionPlan:
    call = call_of(request, door, plan_id)
    return await _step(call, door, response, lambda: deciding.submit(call))


@router.post("/{plan_id}/approve", summary="批准检查计划")
async def approve_inspection_plan(
    request: Request, plan_id: UUID, door: Approver, response: Response
) -> schemas.InspectionPlan:
    call = call_of(request, door, plan_id)
    return await _step(call, door, response, lambda: deciding.approve(call))


@router.post("/{plan_id}/return", summary="退回检查计划")
async def return_inspection_plan(
    request: Request, plan_id: UUID, body: schemas.InspectionPlanReturn, door: Approver, response: Response
) -> schemas.InspectionPlan:
    call = call_of(request, door, plan_id)
    return await _step(call, door, response, lambda: deciding.send_back(call, reason=body.reason))


@router.post("/{plan_id}/adjust", summary="调整检查计划：增加、改期、取消或指定检查人员")
async def adjust_inspection_plan(
    request: Request, plan_id: UUID, body: schemas.InspectionPlanAdjust, door: Adjuster, response: Response
) -> schemas.InspectionPlan:
    call, said = call_of(request, door, plan_id), body.model_dump(exclude={"act", "reason"})
    return await _step(call, door, response, lambda: adjusting.adjust(call, body.act, said, reason=body.reason))


async def _step(
    call: ProgrammeCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[InspectionPlanRow]]
) -> schemas.InspectionPlan:
    replay = await claim(door, call.subject_id)
    row = await step() if replay is None else await reading.plan(door.session, call.subject_id, call.scope)
    return changed(response, schemas.InspectionPlan.model_validate(row), replay=replay)
