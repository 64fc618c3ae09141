"""The doors of the yearly plans: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.routes.calls import step_of, taken
from services.inspection.improvement.rules.states import PlanState
from services.inspection.improvement.schemas import plans as schemas
from services.inspection.improvement.service import planning, reading
from services.inspection.improvement.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/improvement-plans", tags=["improvement-plans"])

Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[StepDoor, step_door("improvement.plan")]
Approver = Annotated[StepDoor, step_door("improvement.approve_plan")]
Optional = SkipJsonSchema[None]


@router.get("", summary="年度服务改进计划列表")
async def list_improvement_plans(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    year: Annotated[int | Optional, Query(ge=2000, le=2200)] = None,
    state: Annotated[PlanState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
) -> schemas.ImprovementPlanPage:
    rows = await reading.page(
        session,
        ImprovementPlanRow,
        principal.scope(READ),
        {"year": year, "state": state, "department": department},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ImprovementPlan.model_validate(row) for row in rows]
    return schemas.ImprovementPlanPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{plan_id}", summary="查看年度服务改进计划")
async def get_improvement_plan(
    plan_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.ImprovementPlan:
    row = await reading.read(session, ImprovementPlanRow, plan_id, principal.scope(READ))
    return set_etag(response, schemas.ImprovementPlan.model_validate(row))


@router.post("/{plan_id}/write", summary="编写年度改进目标")
async def write_improvement_plan(
    request: Request, plan_id: UUID, body: schemas.ImprovementPlanWrite, door: Writer, response: Response
) -> schemas.ImprovementPlan:
    call = step_of(request, door)
    return await _take(door, plan_id, response, lambda: planning.write(call, plan_id, aims=body.aims))


@router.post("/{plan_id}/submit", summary="提交年度服务改进计划")
async def submit_improvement_plan(
    request: Request, plan_id: UUID, door: Writer, response: Response
) -> schemas.ImprovementPlan:
    call = step_of(request, door)
    return await _take(door, plan_id, response, lambda: planning.submit(call, plan_id))


@router.post("/{plan_id}/approve", summary="批准年度服务改进计划")
async def approve_improvement_plan(
    request: Request, plan_id: UUID, door: Approver, response: Response
) -> schemas.ImprovementPlan:
    call = step_of(request, door)
    return await _take(door, plan_id, response, lambda: planning.approve(call, plan_id))


@router.post("/{plan_id}/return", summary="退回年度服务改进计划")
async def return_improvement_plan(
    request: Request, plan_id: UUID, body: schemas.ImprovementPlanReturn, door: Approver, response: Response
) -> schemas.ImprovementPlan:
    call = step_of(request, door)
    return await _take(door, plan_id, response, lambda: planning.send_back(call, plan_id, reason=body.reason))


@router.post("/{plan_id}/close", summary="填写年度总结，关闭计划")
async def close_improvement_plan(
    request: Request, plan_id: UUID, body: schemas.ImprovementPlanClose, door: Writer, response: Response
) -> schemas.ImprovementPlan:
    call = step_of(request, door)
    return await _take(door, plan_id, response, lambda: planning.close(call, plan_id, summary=body.summary))


async def _take(
    door: StepDoor, plan_id: UUID, response: Response, step: Callable[[], Awaitable[ImprovementPlanRow]]
) -> schemas.ImprovementPlan:
    replay = await taken(door, plan_id, step)
    row = await reading.read(door.session, ImprovementPlanRow, plan_id, door.principal.scope(READ))
    return changed(response, schemas.ImprovementPlan.model_validate(row), replay=replay)
