"""The doors of the activities and their invitations: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.care import schemas
from services.callback.care.models import ActivityRow, InvitationRow
from services.callback.care.rules import ActivityState
from services.callback.care.service import activities, inviting
from services.callback.policy_in_force import Governances, open_governances
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/activities", tags=["activities"])

READ = "activity.read"
Reader = Annotated[Principal, requires(READ)]
Writer = Annotated[Principal, requires("activity.write")]
Changer = Annotated[StepDoor, step_door("activity.write")]
Answerer = Annotated[StepDoor, step_door("activity.answer")]
Optional = SkipJsonSchema[None]


@router.get("", summary="活动列表")
async def list_activities(
    principal: Reader, session: SessionDep, page: Paging, state: Annotated[ActivityState | Optional, Query()] = None
) -> schemas.ActivityPage:
    before = page.after[0] if page.after else None
    wanted = state.value if state else None
    rows = await activities.page(session, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.Activity.model_validate(row) for row in rows]
    return schemas.ActivityPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="安排活动")
async def open_activity(
    request: Request,
    body: schemas.ActivityCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Activity:
    activity_id = new_id()
    replay = await once.claim(session, resource_id=activity_id, now=now)
    if replay is None:
        plan = activities.Plan(**{**body.model_dump(), "tiers": tuple(body.tiers)})
        row = await activities.open_activity(
            session, _governances(request), principal, plan, activity_id=activity_id, now=now
        )
    else:
        row = await activities.read(session, replay.resource_id, principal.scope("activity.write"))
    shown = schemas.Activity.model_validate(row)
    return created(response, f"/v1/activities/{shown.id}", shown, replay=replay)


@router.get("/{activity_id}", summary="查看活动")
async def get_activity(
    activity_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Activity:
    row = await activities.read(session, activity_id, principal.scope(READ))
    return set_etag(response, schemas.Activity.model_validate(row))


@router.post("/{activity_id}/hold", summary="登记活动已举办")
async def hold_activity(request: Request, activity_id: UUID, door: Changer, response: Response) -> schemas.Activity:
    call = _call(request, door, activity_id, door.expected_version)
    return await _take(call, door, response, lambda: activities.hold(call))


@router.post("/{activity_id}/cancel", summary="取消活动")
async def cancel_activity(
    request: Request, activity_id: UUID, body: schemas.ActivityCancel, door: Changer, response: Response
) -> schemas.Activity:
    call = _call(request, door, activity_id, door.expected_version)
    return await _take(call, door, response, lambda: activities.cancel(call, reason=body.reason))


@router.get("/{activity_id}/invitations", summary="活动的邀请")
async def list_activity_invitations(
    activity_id: UUID, principal: Reader, session: SessionDep, page: Paging
) -> schemas.InvitationPage:
    after = page.after[0] if page.after else None
    rows = await inviting.invitations(session, activity_id, principal.scope(READ), after=after, limit=page.fetch)
    shown = [schemas.Invitation.model_validate(row) for row in rows]
    return schemas.InvitationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/{activity_id}/invitations", status_code=201, summary="邀请客户")
async def invite_to_activity(
    request: Request,
    activity_id: UUID,
    body: schemas.InvitationCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Invitation:
    invitation_id, scope = new_id(), principal.scope("activity.write")
    replay = await once.claim(session, resource_id=invitation_id, now=now)
    if replay is None:
        call = activities.ActivityCall(session, principal, scope, _governances(request), activity_id, None, now)
        row = await inviting.invite(call, body.customer_id, invitation_id=invitation_id)
    else:
        row = await inviting.read_invitation(session, activity_id, replay.resource_id, scope)
    shown = schemas.Invitation.model_validate(row)
    return created(response, f"/v1/activities/{activity_id}/invitations/{shown.id}", shown, replay=replay)


@router.get("/{activity_id}/invitations/{invitation_id}", summary="查看邀请")
async def get_activity_invitation(
    activity_id: UUID, invitation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Invitation:
    row = await inviting.read_invitation(session, activity_id, invitation_id, principal.scope(READ))
    return set_etag(response, schemas.Invitation.model_validate(row))


@router.post("/{activity_id}/invitations/{invitation_id}/answer", summary="登记客户是否参加")
async def answer_activity_invitation(
    request: Request,
    activity_id: UUID,
    invitation_id: UUID,
    body: schemas.InvitationAnswer,
    door: Answerer,
    response: Response,
) -> schemas.Invitation:
    call, expected = _call(request, door, activity_id, None), door.expected_version
    return await _move(
        call,
        door,
        response,
        invitation_id,
        lambda: inviting.answer(call, invitation_id, expected_version=expected, is_coming=body.is_coming),
    )


@router.post("/{activity_id}/invitations/{invitation_id}/attend", summary="登记客户是否到场")
async def attend_activity_invitation(
    request: Request,
    activity_id: UUID,
    invitation_id: UUID,
    body: schemas.InvitationAttend,
    door: Answerer,
    response: Response,
) -> schemas.Invitation:
    call, expected = _call(request, door, activity_id, None), door.expected_version
    return await _move(
        call,
        door,
        response,
        invitation_id,
        lambda: inviting.attend(call, invitation_id, expected_version=expected, has_attended=body.has_attended),
    )


def _governances(request: Request) -> Governances:
    runtime = request.app.state.runtime
    return open_governances(runtime.policy, runtime.calendars)


def _call(request: Request, door: StepDoor, activity_id: UUID, expected: int | None) -> activities.ActivityCall:
    scope = door.principal.scope(door.permission)
    return activities.ActivityCall(
        door.session, door.principal, scope, _governances(request), activity_id, expected, door.now
    )


async def _take(
    call: activities.ActivityCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[ActivityRow]]
) -> schemas.Activity:
    replay = await door.claim(call.activity_id)
    if replay is None:
        await step()
    row = await activities.read(door.session, call.activity_id, call.scope)
    return changed(response, schemas.Activity.model_validate(row), replay=replay)


async def _move(
    call: activities.ActivityCall,
    door: StepDoor,
    response: Response,
    invitation_id: UUID,
    step: Callable[[], Awaitable[InvitationRow]],
) -> schemas.Invitation:
    replay = await door.claim(invitation_id)
    if replay is None:
        await step()
    row = await inviting.read_invitation(door.session, call.activity_id, invitation_id, call.scope)
    return changed(response, schemas.Invitation.model_validate(row), replay=replay)
