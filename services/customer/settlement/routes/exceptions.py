"""The doors of the exceptions list."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.settlement import schemas
from services.customer.settlement.routes.desks import desk_of
from services.customer.settlement.rules.asked import ExceptionFilter
from services.customer.settlement.rules.matching import ExceptionState
from services.customer.settlement.service import handling
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.idempotency_store import Replay
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/three-way-exceptions", tags=["settlement"])
READ = "three_way.read"
Reader = Annotated[Principal, requires(READ)]
Handling = Annotated[StepDoor, step_door("three_way.handle")]
Confirming = Annotated[StepDoor, step_door("three_way.confirm")]
Optional = SkipJsonSchema[None]


async def _claimed(door: StepDoor, exception_id: UUID) -> Replay | None:
    version = door.expected_version + 1
    return await door.once.claim(door.session, resource_id=exception_id, now=door.now, version=version, status=200)


@router.get("", summary="三方核对差异清单")
async def list_three_way_exceptions(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    state: Annotated[ExceptionState | Optional, Query()] = None,
    pair: Annotated[str | Optional, Query(max_length=40)] = None,
    order_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.ThreeWayExceptionPage:
    rows = await handling.page(
        desk_of(request, principal, session, now, READ),
        ExceptionFilter(state.value if state else None, pair, order_id),
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ThreeWayException.model_validate(row) for row in rows]
    return schemas.ThreeWayExceptionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{exception_id}", summary="查看三方核对差异")
async def get_three_way_exception(
    request: Request, exception_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.ThreeWayException:
    row = await handling.read(desk_of(request, principal, session, now, READ), exception_id)
    return set_etag(response, schemas.ThreeWayException.model_validate(row))


@router.post("/{exception_id}/explain", summary="说明差异")
async def explain_three_way_exception(
    request: Request, exception_id: UUID, body: schemas.ThreeWayExplain, door: Handling, response: Response
) -> schemas.ThreeWayException:
    desk = desk_of(request, door.principal, door.session, door.now, door.permission)
    replay = await _claimed(door, exception_id)
    if replay is None:
        row = await handling.explain(desk, exception_id, explanation=body.explanation, expected=door.expected_version)
    else:
        row = await handling.read(desk, exception_id)
    return changed(response, schemas.ThreeWayException.model_validate(row), replay=replay)


@router.post("/{exception_id}/correct", summary="差异已更正")
async def correct_three_way_exception(
    request: Request, exception_id: UUID, door: Handling, response: Response
) -> schemas.ThreeWayException:
    desk = desk_of(request, door.principal, door.session, door.now, door.permission)
    replay = await _claimed(door, exception_id)
    if replay is None:
        row = await handling.correct(desk, exception_id, expected=door.expected_version)
    else:
        row = await handling.read(desk, exception_id)
    return changed(response, schemas.ThreeWayException.model_validate(row), replay=replay)


@router.post("/{exception_id}/confirm", summary="确认差异的处理")
async def confirm_three_way_exception(
    request: Request, exception_id: UUID, door: Confirming, response: Response
) -> schemas.ThreeWayException:
    desk = desk_of(request, door.principal, door.session, door.now, door.permission)
    replay = await _claimed(door, exception_id)
    if replay is None:
        row = await handling.confirm(desk, exception_id, expected=door.expected_version)
    else:
        row = await handling.read(desk, exception_id)
    return changed(response, schemas.ThreeWayException.model_validate(row), replay=replay)
