"""The doors of observations: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.supervisors import schemas
from services.inspection.supervisors.models import ObservationRow
from services.inspection.supervisors.routes.calls import call_of, sealing_of, step_of, taken
from services.inspection.supervisors.rules.observing import ObservationState
from services.inspection.supervisors.service import following, observations, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/observations", tags=["observations"])

FILE = "observation.file"
Reader = Annotated[Principal, requires(reading.READ_OBSERVATION)]
Filer = Annotated[Principal, requires(FILE)]
Answerer = Annotated[StepDoor, step_door("observation.answer")]
Reviewer = Annotated[StepDoor, step_door("observation.review")]
Optional = SkipJsonSchema[None]


@router.get("", summary="监督意见列表")
async def list_observations(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[ObservationState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
) -> schemas.ObservationPage:
    scope = principal.scope(reading.READ_OBSERVATION)
    rows = await reading.page(
        session,
        ObservationRow,
        scope,
        {"state": state, "department": department, "kind": kind},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Observation.of(row, knows_whose=reading.knows_whose(scope, row)) for row in rows]
    return schemas.ObservationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="提出或代为登记监督意见")
async def file_observation(
    request: Request,
    body: schemas.ObservationFile,
    principal: Filer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Observation:
    observation_id, call = new_id(), call_of(request, principal, session, FILE, now)
    replay = await once.claim(session, resource_id=observation_id, now=now)
    if replay is None:
        row = await observations.file(call, observation_id, body.seen())
    else:
        row = await reading.read(session, ObservationRow, replay.resource_id, call.scope)
    shown = schemas.Observation.of(row, knows_whose=True)
    return created(response, f"/v1/observations/{row.id}", shown, replay=replay)


@router.get("/{observation_id}", summary="查看监督意见")
async def get_observation(
    observation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Observation:
    scope = principal.scope(reading.READ_OBSERVATION)
    row = await reading.read(session, ObservationRow, observation_id, scope)
    return set_etag(response, schemas.Observation.of(row, knows_whose=reading.knows_whose(scope, row)))


@router.post("/{observation_id}/answer", summary="部门答复")
async def answer_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationAnswer, door: Answerer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(
        door, observation_id, response, lambda: observations.answer(call, observation_id, words=body.words)
    )


@router.post("/{observation_id}/move", summary="转其他部门答复")
async def move_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationMove, door: Reviewer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(
        door,
        observation_id,
        response,
        lambda: observations.move(call, observation_id, department=body.department, reason=body.reason),
    )


@router.post("/{observation_id}/review", summary="审核部门答复")
async def review_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationReview, door: Reviewer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(
        door,
        observation_id,
        response,
        lambda: observations.review(call, observation_id, is_accepted=body.is_accepted, reason=body.reason),
    )


@router.post("/{observation_id}/tell", summary="告知社会监督员")
async def tell_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationTell, door: Reviewer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(door, observation_id, response, lambda: observations.tell(call, observation_id, note=body.note))


@router.post("/{observation_id}/finding", summary="转为检查发现")
async def find_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationFind, door: Reviewer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(door, observation_id, response, lambda: following.find(call, observation_id, body.judged()))


@router.post("/{observation_id}/complaint", summary="转为投诉")
async def complain_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationComplain, door: Reviewer, response: Response
) -> schemas.Observation:
    call = step_of(request, door)
    return await _take(
        door,
        observation_id,
        response,
        lambda: following.complain(call, observation_id, customer_id=body.customer_id, tier=body.tier),
    )


@router.post("/{observation_id}/publish", summary="登记匿名公开文字")
async def publish_observation(
    request: Request, observation_id: UUID, body: schemas.ObservationPublish, door: Reviewer, response: Response
) -> schemas.Observation:
    call, sealing = step_of(request, door), sealing_of(request)
    return await _take(
        door,
        observation_id,
        response,
        lambda: following.publish(call, observation_id, sealing, words=body.public_words, answer=body.public_answer),
    )


async def _take(
    door: StepDoor, observation_id: UUID, response: Response, step: Callable[[], Awaitable[ObservationRow]]
) -> schemas.Observation:
    replay = await taken(door, observation_id, step)
    scope = door.principal.scope(door.permission)
    row = await reading.read(door.session, ObservationRow, observation_id, scope)
    return changed(response, schemas.Observation.of(row, knows_whose=reading.knows_whose(scope, row)), replay=replay)
