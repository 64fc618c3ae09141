"""The doors of invitations and their records: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.supervisors import schemas
from services.inspection.supervisors.models import SupervisorActivityRow
from services.inspection.supervisors.routes.calls import call_of, step_of, taken
from services.inspection.supervisors.rules.observing import ActivityState
from services.inspection.supervisors.service import activities, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.idempotency_store import Replay
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/supervisor-activities", tags=["supervisors"])

WRITE = "supervisor.write"
Reader = Annotated[Principal, requires(reading.READ)]
Writer = Annotated[Principal, requires(WRITE)]
Keeper = Annotated[StepDoor, step_door(WRITE)]
Replier = Annotated[StepDoor, step_door("supervisor.reply")]
Optional = SkipJsonSchema[None]


@router.get("", summary="监督活动列表")
async def list_supervisor_activities(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    supervisor_id: Annotated[UUID | Optional, Query()] = None,
    state: Annotated[ActivityState | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
) -> schemas.SupervisorActivityPage:
    rows = await reading.page(
        session,
        SupervisorActivityRow,
        principal.scope(reading.READ),
        {"supervisor_id": supervisor_id, "state": state, "kind": kind},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.SupervisorActivity.model_validate(row) for row in rows]
    return schemas.SupervisorActivityPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="邀请社会监督员参加活动")
async def invite_supervisor(
    request: Request,
    body: schemas.ActivityInvite,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.SupervisorActivity:
    activity_id, call = new_id(), call_of(request, principal, session, WRITE, now)
    replay = await once.claim(session, resource_id=activity_id, now=now)
    if replay is None:
        row = await activities.invite(call, activity_id, body.invitation())
    else:
        row = await reading.read(session, SupervisorActivityRow, replay.resource_id, call.scope)
    shown = schemas.SupervisorActivity.model_validate(row)
    return created(response, f"/v1/supervisor-activities/{row.id}", shown, replay=replay)


@router.get("/{activity_id}", summary="查看监督活动")
async def get_supervisor_activity(
    activity_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.SupervisorActivity:
    row = await reading.read(session, SupervisorActivityRow, activity_id, principal.scope(reading.READ))
    return set_etag(response, schemas.SupervisorActivity.model_validate(row))


@router.post("/{activity_id}/answer", summary="答复邀请")
async def answer_supervisor_activity(
    request: Request, activity_id: UUID, body: schemas.ActivityAnswer, door: Replier, response: Response
) -> schemas.SupervisorActivity:
    call = step_of(request, door)
    replay = await taken(
        door,
        activity_id,
        lambda: activities.answer(call, activity_id, is_accepted=body.is_accepted, words=body.words),
    )
    return await _shown(door, activity_id, response, replay)


@router.post("/{activity_id}/hold", summary="登记活动记录和照片")
async def hold_supervisor_activity(
    request: Request, activity_id: UUID, body: schemas.ActivityRecord, door: Replier, response: Response
) -> schemas.SupervisorActivity:
    call = step_of(request, door)
    replay = await taken(
        door,
        activity_id,
        lambda: activities.hold(call, activity_id, held_at=body.held_at, words=body.words, photo_ids=body.photo_ids),
    )
    return await _shown(door, activity_id, response, replay)


@router.post("/{activity_id}/cancel", summary="取消监督活动")
async def cancel_supervisor_activity(
    request: Request, activity_id: UUID, body: schemas.SupervisorReason, door: Keeper, response: Response
) -> schemas.SupervisorActivity:
    call = step_of(request, door)
    replay = await taken(door, activity_id, lambda: activities.cancel(call, activity_id, reason=body.reason))
    return await _shown(door, activity_id, response, replay)


async def _shown(
    door: StepDoor, activity_id: UUID, response: Response, replay: Replay | None
) -> schemas.SupervisorActivity:
    row = await reading.read(door.session, SupervisorActivityRow, activity_id, door.principal.scope(door.permission))
    return changed(response, schemas.SupervisorActivity.model_validate(row), replay=replay)
