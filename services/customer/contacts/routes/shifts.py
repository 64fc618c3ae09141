"""The doors of the hand-overs between shifts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.customer.contacts.routes.door import Optional, desk_of, step
from services.customer.contacts.rules import ShiftHandOverState
from services.customer.contacts.schemas import shifts as schemas
from services.customer.contacts.service import shifting
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/shift-hand-overs", tags=["shift-hand-overs"])

WRITE, TAKE = "shift_hand_over.write", "shift_hand_over.take"
Reader = Annotated[Principal, requires(shifting.READ)]
Leaver = Annotated[Principal, requires(WRITE)]
LeaverStep = Annotated[StepDoor, step_door(WRITE)]
TakerStep = Annotated[StepDoor, step_door(TAKE)]


@router.post("", status_code=201, summary="交班：给下一班留言")
async def create_shift_hand_over(
    request: Request,
    body: schemas.ShiftHandOverCreate,
    principal: Leaver,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ShiftHandOver:
    desk = await desk_of(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await shifting.hand_over(desk, row_id, body.entry())
    else:
        row = await shifting.read(desk, replay.resource_id)
    shown = schemas.ShiftHandOver.model_validate(row)
    return created(response, f"/v1/shift-hand-overs/{row.id}", shown, replay=replay)


@router.get("", summary="交接班列表，无人接班的也在内")
async def list_shift_hand_overs(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    state: Annotated[ShiftHandOverState | Optional, Query()] = None,
    handed_by: Annotated[UUID | Optional, Query(description="交班人")] = None,
    taken_over_by: Annotated[UUID | Optional, Query(description="接班人")] = None,
) -> schemas.ShiftHandOverPage:
    rows = await shifting.page(
        await desk_of(request, principal, session, now, shifting.READ),
        state=state.value if state else None,
        handed_by=handed_by,
        taken_over_by=taken_over_by,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.ShiftHandOver.model_validate(row) for row in rows]
    return schemas.ShiftHandOverPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{shift_hand_over_id}", summary="查看交接班")
async def get_shift_hand_over(
    request: Request, shift_hand_over_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.ShiftHandOver:
    desk = await desk_of(request, principal, session, now, shifting.READ)
    return set_etag(response, schemas.ShiftHandOver.model_validate(await shifting.read(desk, shift_hand_over_id)))


@router.post("/{shift_hand_over_id}/open-work", summary="附上交班人的未结事项")
async def attach_shift_open_work(
    request: Request, shift_hand_over_id: UUID, body: schemas.ShiftOpenWork, door: LeaverStep, response: Response
) -> schemas.ShiftHandOver:
    desk, replay = await step(
        request,
        door,
        shift_hand_over_id,
        lambda d: shifting.attach(
            d, shift_hand_over_id, body.matters, body.missing_services, expected=door.expected_version
        ),
    )
    row = await shifting.read(desk, shift_hand_over_id)
    return changed(response, schemas.ShiftHandOver.model_validate(row), replay=replay)


@router.post("/{shift_hand_over_id}/take-over", summary="接班")
async def take_over_shift(
    request: Request, shift_hand_over_id: UUID, body: schemas.ShiftTakeOver, door: TakerStep, response: Response
) -> schemas.ShiftHandOver:
    desk, replay = await step(
        request,
        door,
        shift_hand_over_id,
        lambda d: shifting.take_over(d, shift_hand_over_id, body.remark, expected=door.expected_version),
    )
    row = await shifting.read(desk, shift_hand_over_id)
    return changed(response, schemas.ShiftHandOver.model_validate(row), replay=replay)
