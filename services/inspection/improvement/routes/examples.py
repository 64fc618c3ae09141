"""The doors of published good examples."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.examples import GoodExampleRow
from services.inspection.improvement.routes.calls import call_of, step_of, taken
from services.inspection.improvement.rules.states import ExampleState
from services.inspection.improvement.schemas import examples as schemas
from services.inspection.improvement.service import publishing, reading
from services.inspection.improvement.service.reading import PUBLISH
from services.inspection.improvement.service.reading import READ_EXAMPLE as READ
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

router = APIRouter(prefix="/v1/good-examples", tags=["good-examples"])

Reader = Annotated[Principal, requires(READ)]
Drafter = Annotated[Principal, requires(PUBLISH)]
Publisher = Annotated[StepDoor, step_door(PUBLISH)]
Optional = SkipJsonSchema[None]


@router.get("", summary="公布的好的做法")
async def list_good_examples(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[ExampleState | Optional, Query(description="公布人员可见未公布的")] = None,
    department: Annotated[Code | Optional, Query()] = None,
    clause: Annotated[Code | Optional, Query()] = None,
    since: Annotated[AwareDatetime | Optional, Query(description="公布时间不早于此")] = None,
    until: Annotated[AwareDatetime | Optional, Query(description="公布时间早于此")] = None,
) -> schemas.GoodExamplePage:
    rows = await reading.page(
        session,
        GoodExampleRow,
        principal.scope(READ),
        {"state": reading.shown_state(principal, state), "department": department, "clause": clause},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
        span=("published_at", since, until),
    )
    shown = [schemas.GoodExample.model_validate(row) for row in rows]
    return schemas.GoodExamplePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="登记拟公布的好的做法")
async def draft_good_example(
    request: Request,
    body: schemas.GoodExampleDraft,
    principal: Drafter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.GoodExample:
    example_id, call = new_id(), call_of(request, principal, session, PUBLISH, now)
    replay = await once.claim(session, resource_id=example_id, now=now)
    if replay is None:
        row = await publishing.draft(call, example_id, finding_id=body.finding_id, title=body.title, words=body.words)
    else:
        row = await reading.read(session, GoodExampleRow, replay.resource_id, call.scope)
    return created(response, f"/v1/good-examples/{row.id}", schemas.GoodExample.model_validate(row), replay=replay)


@router.get("/{example_id}", summary="查看好的做法")
async def get_good_example(
    example_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.GoodExample:
    row = await reading.example(session, principal, example_id)
    return set_etag(response, schemas.GoodExample.model_validate(row))


@router.post("/{example_id}/publish", summary="公布好的做法")
async def publish_good_example(
    request: Request, example_id: UUID, door: Publisher, response: Response
) -> schemas.GoodExample:
    call = step_of(request, door)
    return await _take(door, example_id, response, lambda: publishing.publish(call, example_id))


@router.post("/{example_id}/withdraw", summary="撤下好的做法")
async def withdraw_good_example(
    request: Request, example_id: UUID, body: schemas.GoodExampleWithdraw, door: Publisher, response: Response
) -> schemas.GoodExample:
    call = step_of(request, door)
    return await _take(door, example_id, response, lambda: publishing.withdraw(call, example_id, reason=body.reason))


async def _take(
    door: StepDoor, example_id: UUID, response: Response, step: Callable[[], Awaitable[GoodExampleRow]]
) -> schemas.GoodExample:
    replay = await taken(door, example_id, step)
    row = await reading.read(door.session, GoodExampleRow, example_id, door.principal.scope(PUBLISH))
    return changed(response, schemas.GoodExample.model_validate(row), replay=replay)
