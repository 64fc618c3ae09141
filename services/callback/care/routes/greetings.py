"""The doors of the greetings: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.care import schemas
from services.callback.care.models import GreetingRow
from services.callback.care.rules import GreetingState
from services.callback.care.service import greeting
from services.callback.policy_care import Occasion
from services.callback.policy_in_force import open_governances
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/greetings", tags=["greetings"])

READ = "greeting.read"
Reader = Annotated[Principal, requires(READ)]
Doer = Annotated[StepDoor, step_door("greeting.do")]
Optional = SkipJsonSchema[None]


@router.get("", summary="问候计划，按日期")
async def list_greetings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[GreetingState | Optional, Query()] = None,
    occasion: Annotated[Occasion | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
    since: Annotated[date | Optional, Query()] = None,
    until: Annotated[date | Optional, Query()] = None,
) -> schemas.GreetingPage:
    wanted = {
        "state": state.value if state else None,
        "occasion": occasion.value if occasion else None,
        "customer_id": customer_id,
        "owner_id": owner_id,
    }
    after = (date.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    rows = await greeting.page(
        session, principal.scope(READ), wanted, since=since, until=until, after=after, limit=page.fetch
    )
    shown = [schemas.Greeting.model_validate(row) for row in rows]
    return schemas.GreetingPage(**page.cut(shown, key=lambda one: (one.on_date.isoformat(), one.id)))


@router.get("/{greeting_id}", summary="查看问候")
async def get_greeting(
    greeting_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.GreetingDetail:
    row = await greeting.read(session, greeting_id, principal.scope(READ))
    return set_etag(response, schemas.GreetingDetail.model_validate(row))


@router.post("/{greeting_id}/do", summary="登记已问候")
async def do_greeting(
    request: Request, greeting_id: UUID, body: schemas.GreetingDo, door: Doer, response: Response
) -> schemas.GreetingDetail:
    call = _call(request, door, greeting_id)
    return await _take(call, door, response, lambda: greeting.do(call, note=body.note))


@router.post("/{greeting_id}/skip", summary="登记不再问候的理由")
async def skip_greeting(
    request: Request, greeting_id: UUID, body: schemas.GreetingSkip, door: Doer, response: Response
) -> schemas.GreetingDetail:
    call = _call(request, door, greeting_id)
    return await _take(call, door, response, lambda: greeting.skip(call, reason=body.reason))


def _call(request: Request, door: StepDoor, greeting_id: UUID) -> greeting.GreetingCall:
    runtime = request.app.state.runtime
    return greeting.GreetingCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=open_governances(runtime.policy, runtime.calendars),
        greeting_id=greeting_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: greeting.GreetingCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[GreetingRow]]
) -> schemas.GreetingDetail:
    replay = await door.claim(call.greeting_id)
    if replay is None:
        await step()
    row = await greeting.read(door.session, call.greeting_id, call.scope)
    return changed(response, schemas.GreetingDetail.model_validate(row), replay=replay)
