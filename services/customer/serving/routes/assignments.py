"""Assignments at the door: read, replaced, ended, confirmed, refused."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.serving import schemas
from services.customer.serving.routes.door import call_of, take
from services.customer.serving.rules import AssignmentState
from services.customer.serving.service import assigning, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import created, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/service-assignments", tags=["service"])

Reader = Annotated[Principal, requires("service_team.read")]
LoadReader = Annotated[Principal, requires("service_load.read")]
Assigner = Annotated[StepDoor, step_door("service_team.assign")]
Confirmer = Annotated[StepDoor, step_door("service_team.confirm")]


@router.get("", summary="服务指派列表：谁服务哪些客户")
async def list_service_assignments(
    principal: LoadReader,
    session: SessionDep,
    page: Paging,
    staff_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    state: Annotated[AssignmentState | SkipJsonSchema[None], Query()] = None,
) -> schemas.ServiceAssignmentPage:
    rows = await reading.page(
        session,
        principal.scope("service_load.read"),
        staff_id=staff_id,
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ServiceAssignment.of(row) for row in rows]
    return schemas.ServiceAssignmentPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{assignment_id}", summary="查看服务指派")
async def get_service_assignment(
    assignment_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.ServiceAssignment:
    row = await reading.one(session, assignment_id, principal.companies)
    return set_etag(response, schemas.ServiceAssignment.of(row))


@router.post("/{assignment_id}/replace", status_code=201, summary="更换服务人员")
async def replace_service_staff(
    request: Request, assignment_id: UUID, body: schemas.AssignmentReplace, door: Assigner, response: Response
) -> schemas.ServiceAssignment:
    new_assignment_id = new_id()
    replay = await door.once.claim(door.session, resource_id=new_assignment_id, now=door.now)
    if replay is None:
        call = await call_of(request, door.principal, door.session, door.now)
        row = await assigning.replace(
            call,
            assignment_id,
            new_assignment_id,
            staff_id=body.staff_id,
            reason=body.reason,
            expected=door.expected_version,
        )
    else:
        row = await reading.one(door.session, replay.resource_id, door.principal.companies)
    return created(response, f"/v1/service-assignments/{row.id}", schemas.ServiceAssignment.of(row), replay=replay)


@router.post("/{assignment_id}/end", summary="结束服务指派")
async def end_service_assignment(
    request: Request, assignment_id: UUID, body: schemas.AssignmentReason, door: Assigner, response: Response
) -> schemas.ServiceAssignment:
    call = await call_of(request, door.principal, door.session, door.now)
    return await take(
        door,
        response,
        assignment_id,
        lambda: assigning.end(call, assignment_id, reason=body.reason, expected=door.expected_version),
    )


@router.post("/{assignment_id}/confirm", summary="审核通过服务指派")
async def confirm_service_assignment(
    request: Request, assignment_id: UUID, body: schemas.AssignmentConfirm, door: Confirmer, response: Response
) -> schemas.ServiceAssignment:
    call = await call_of(request, door.principal, door.session, door.now)
    return await take(
        door,
        response,
        assignment_id,
        lambda: assigning.confirm(call, assignment_id, note=body.note, expected=door.expected_version),
    )


@router.post("/{assignment_id}/refuse", summary="审核不通过服务指派")
async def refuse_service_assignment(
    request: Request, assignment_id: UUID, body: schemas.AssignmentReason, door: Confirmer, response: Response
) -> schemas.ServiceAssignment:
    call = await call_of(request, door.principal, door.session, door.now)
    return await take(
        door,
        response,
        assignment_id,
        lambda: assigning.refuse(call, assignment_id, reason=body.reason, expected=door.expected_version),
    )
