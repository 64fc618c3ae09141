"""The doors of the callbacks: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.calls.routes.doors import READ, Entry, call_of, desk_of, entry, take
from services.callback.calls.rules.states import CallbackState
from services.callback.calls.schemas import bodies, views
from services.callback.calls.service import calling, claiming, reading, recording
from services.callback.calls.service.desk import Call
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/callbacks", tags=["callbacks"])

Reader = Annotated[Principal, requires(READ)]
WordReader = Annotated[Principal, requires("callback.words")]
NextClaimer = Annotated[Entry, entry("callback.claim")]
Claimer = Annotated[StepDoor, step_door("callback.claim")]
Contacter = Annotated[Entry, entry("callback.contact")]
Recorder = Annotated[StepDoor, step_door("callback.record")]
Optional = SkipJsonSchema[None]


@router.get("", summary="回访列表，按窗口截止排序")
async def list_callbacks(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[CallbackState | Optional, Query()] = None,
    business: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    queue: Annotated[Code | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    subject_id: Annotated[UUID | Optional, Query()] = None,
    matter_id: Annotated[UUID | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
) -> views.CallbackPage:
    wanted = {
        "state": state.value if state else None,
        "business": business,
        "tier": tier,
        "queue": queue,
        "customer_id": customer_id,
        "subject_id": subject_id,
        "matter_id": matter_id,
        "owner_id": owner_id,
    }
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await reading.page(session, principal.scope(READ), wanted, after=after, limit=page.fetch)
    shown = [views.Callback.model_validate(row) for row in rows]
    return views.CallbackPage(**page.cut(shown, key=lambda one: (one.latest_at, one.id)))


@router.post("/claim", status_code=201, summary="领取下一个回访")
async def claim_next_callback(
    request: Request, body: bodies.CallbackClaimNext, door: NextClaimer, response: Response
) -> views.Callback:
    ticket = new_id()
    replay = await door.once.claim(door.session, resource_id=ticket, now=door.now)
    if replay is None:
        row = await claiming.claim_next(
            door.session, desk_of(request), door.principal, wanted=body.queue, ticket=ticket, now=door.now
        )
        await door.once.settle(door.session, version=row.version)
    else:
        row = await reading.read_claimed(door.session, replay.resource_id, door.principal.scope(READ))
    response.headers["Location"] = f"/v1/callbacks/{row.id}"
    return changed(response, views.Callback.model_validate(row), replay=replay)


@router.get("/{callback_id}", summary="查看回访、通话与后续")
async def get_callback(
    callback_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> views.CallbackDetail:
    shown = await reading.shown(session, callback_id, principal.scope(READ))
    return set_etag(response, views.CallbackDetail.of(shown))


@router.get("/{callback_id}/script", summary="本次回访的话术")
async def get_callback_script(
    request: Request, callback_id: UUID, principal: Reader, session: SessionDep
) -> views.CallbackScript:
    row = await reading.read(session, callback_id, principal.scope(READ))
    return views.CallbackScript.of(row.script, reading.script_of(desk_of(request).governances, row))


@router.get("/{callback_id}/words", summary="查看客户原话")
async def get_callback_words(
    request: Request, callback_id: UUID, principal: WordReader, session: SessionDep, now: Now
) -> views.CallbackWords:
    scope = principal.scope("callback.words")
    call = Call(session, principal, scope, desk_of(request), callback_id, None, now)
    return views.CallbackWords.model_validate(await reading.words(call))


@router.post("/{callback_id}/claim", summary="领取指定回访")
async def claim_callback(request: Request, callback_id: UUID, door: Claimer, response: Response) -> views.Callback:
    call = call_of(request, door, callback_id)
    return await take(call, door, response, lambda: claiming.claim(call))


@router.post("/{callback_id}/extend", summary="延长领取")
async def extend_callback(request: Request, callback_id: UUID, door: Claimer, response: Response) -> views.Callback:
    call = call_of(request, door, callback_id)
    return await take(call, door, response, lambda: claiming.extend(call))


@router.post("/{callback_id}/release", summary="退回回访")
async def release_callback(request: Request, callback_id: UUID, door: Claimer, response: Response) -> views.Callback:
    call = call_of(request, door, callback_id)
    return await take(call, door, response, lambda: claiming.release(call))


@router.post("/{callback_id}/contact", summary="取得客户电话的授权，仅限本次通话")
async def contact_callback_customer(
    request: Request, callback_id: UUID, body: bodies.CallbackContact, door: Contacter
) -> views.CallbackGrant:
    await door.once.claim(door.session, resource_id=callback_id, version=None, status=200, now=door.now)
    return views.CallbackGrant.model_validate(await calling.contact(call_of(request, door, callback_id), body.purpose))


@router.post("/{callback_id}/record", summary="登记通话结果")
async def record_callback(
    request: Request, callback_id: UUID, body: bodies.CallbackReport, door: Recorder, response: Response
) -> views.Callback:
    call = call_of(request, door, callback_id)
    return await take(call, door, response, lambda: recording.report(call, body.report(door.now)))
