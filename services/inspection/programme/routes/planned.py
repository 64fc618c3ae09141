"""The doors of the planned inspections: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.policy_programme import PlanLevel
from services.inspection.programme import schemas
from services.inspection.programme.routes.doors import call_of, claim
from services.inspection.programme.rules.states import PlannedState
from services.inspection.programme.service import reading
from services.inspection.programme.service.executing import ExecutionPlan, write_execution_plan
from services.inspection.programme.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/planned-inspections", tags=["inspection-plans"])

Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[StepDoor, step_door("inspection.execute")]
Optional = SkipJsonSchema[None]


@router.get("", summary="计划检查列表")
async def list_planned_inspections(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    plan_id: Annotated[UUID | Optional, Query()] = None,
    level: Annotated[PlanLevel | Optional, Query()] = None,
    state: Annotated[PlannedState | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
    theme: Annotated[Code | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    inspector_id: Annotated[UUID | Optional, Query()] = None,
    is_gap: Annotated[bool | Optional, Query(description="未确定检查人员")] = None,
    since: Annotated[AwareDatetime | Optional, Query(description="检查时段止于此后")] = None,
    until: Annotated[AwareDatetime | Optional, Query(description="检查时段止于此前")] = None,
) -> schemas.PlannedInspectionPage:
    rows = await reading.planned_page(
        session,
        principal.scope(READ),
        equal={
            "plan_id": plan_id,
            "level": level,
            "state": state,
            "kind": kind,
            "theme": theme,
            "department": department,
            "team": team,
            "inspector_id": inspector_id,
        },
        is_gap=is_gap,
        since=since,
        until=until,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.PlannedInspection.model_validate(row) for row in rows]
    return schemas.PlannedInspectionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{planned_id}", summary="查看计划检查")
async def get_planned_inspection(
    planned_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.PlannedInspection:
    row = await reading.one_planned(session, planned_id, principal.scope(READ))
    return set_etag(response, schemas.PlannedInspection.model_validate(row))


@router.post("/{planned_id}/execution-plan", summary="编写实施方案")
async def write_inspection_execution_plan(
    request: Request, planned_id: UUID, body: schemas.ExecutionPlanWrite, door: Writer, response: Response
) -> schemas.PlannedInspection:
    call = call_of(request, door, planned_id)
    replay = await claim(door, planned_id)
    if replay is None:
        said = body.model_dump(exclude={"companion_ids"})
        row = await write_execution_plan(call, ExecutionPlan(companion_ids=tuple(body.companion_ids), **said))
    else:
        row = await reading.one_planned(door.session, planned_id, call.scope)
    return changed(response, schemas.PlannedInspection.model_validate(row), replay=replay)
