"""The doors of the opinions: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.opinions import schemas
from services.callback.opinions.models import OpinionRow
from services.callback.opinions.rules import OpinionState
from services.callback.opinions.service import reading, work
from services.callback.policy_in_force import open_governances
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/opinions", tags=["opinions"])

READ = "opinion.read"
Reader = Annotated[Principal, requires(READ)]
Answerer = Annotated[StepDoor, step_door("opinion.answer")]
Teller = Annotated[StepDoor, step_door("opinion.tell")]
Optional = SkipJsonSchema[None]


@router.get("", summary="意见建议列表")
async def list_opinions(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[OpinionState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    source_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.OpinionPage:
    rows = await reading.page(
        session,
        principal.scope(READ),
        state=state,
        department=department,
        source_id=source_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Opinion.model_validate(row) for row in rows]
    return schemas.OpinionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{opinion_id}", summary="查看意见建议")
async def get_opinion(opinion_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Opinion:
    row = await reading.read(session, opinion_id, principal.scope(READ))
    return set_etag(response, schemas.Opinion.model_validate(row))


@router.post("/{opinion_id}/answer", summary="部门答复")
async def answer_opinion(
    request: Request, opinion_id: UUID, body: schemas.OpinionAnswer, door: Answerer, response: Response
) -> schemas.Opinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: work.answer(call, text=body.answer))


@router.post("/{opinion_id}/tell", summary="登记已告知客户")
async def tell_opinion(request: Request, opinion_id: UUID, door: Teller, response: Response) -> schemas.Opinion:
    call = _call(request, door, opinion_id)
    return await _take(call, door, response, lambda: work.tell(call))


def _call(request: Request, door: StepDoor, opinion_id: UUID) -> work.OpinionCall:
    runtime = request.app.state.runtime
    return work.OpinionCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        governances=open_governances(runtime.policy, runtime.calendars),
        opinion_id=opinion_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: work.OpinionCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[OpinionRow]]
) -> schemas.Opinion:
    replay = await door.claim(call.opinion_id)
    if replay is None:
        await step()
    row = await reading.read(door.session, call.opinion_id, call.scope)
    return changed(response, schemas.Opinion.model_validate(row), replay=replay)
