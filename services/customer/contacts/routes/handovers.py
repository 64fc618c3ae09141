"""The doors of hand-overs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.customer.contacts.routes.door import Optional, desk_of, step
from services.customer.contacts.rules import HandOverState
from services.customer.contacts.schemas import desk as schemas
from services.customer.contacts.service import handing
from services.customer.contacts.service.work import Desk
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/hand-overs", tags=["hand-overs"])

WRITE = "hand_over.write"
Reader = Annotated[Principal, requires(handing.READ)]
Agent = Annotated[Principal, requires(WRITE)]
AgentStep = Annotated[StepDoor, step_door(WRITE)]
AnswererStep = Annotated[StepDoor, step_door("hand_over.answer")]


@router.post("", status_code=201, summary="业务移交部门")
async def create_hand_over(
    request: Request,
    body: schemas.HandOverCreate,
    principal: Agent,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.HandOver:
    desk = await desk_of(request, principal, session, now, WRITE)
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await handing.hand_over(desk, row_id, body.entry())
    else:
        row = await handing.read(desk, replay.resource_id)
    return created(response, f"/v1/hand-overs/{row.id}", schemas.HandOver.model_validate(row), replay=replay)


@router.get("", summary="业务移交列表")
async def list_hand_overs(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    page: Paging,
    state: Annotated[HandOverState | Optional, Query()] = None,
    department: Annotated[str | Optional, Query(max_length=40)] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.HandOverPage:
    rows = await handing.page(
        await desk_of(request, principal, session, now, handing.READ),
        state=state.value if state else None,
        department=department,
        customer_id=customer_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.HandOver.model_validate(row) for row in rows]
    return schemas.HandOverPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{hand_over_id}", summary="查看业务移交")
async def get_hand_over(
    request: Request, hand_over_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.HandOver:
    desk = await desk_of(request, principal, session, now, handing.READ)
    return set_etag(response, schemas.HandOver.model_validate(await handing.read(desk, hand_over_id)))


@router.post("/{hand_over_id}/accept", summary="部门接收移交")
async def accept_hand_over(
    request: Request, hand_over_id: UUID, _: schemas.HandOverAccept, door: AnswererStep, response: Response
) -> schemas.HandOver:
    desk, replay = await step(
        request, door, hand_over_id, lambda d: handing.accept(d, hand_over_id, expected=door.expected_version)
    )
    row = await handing.read(desk, hand_over_id)
    return changed(response, schemas.HandOver.model_validate(row), replay=replay)


@router.post("/{hand_over_id}/answer", summary="部门答复")
async def answer_hand_over(
    request: Request, hand_over_id: UUID, body: schemas.HandOverAnswer, door: AnswererStep, response: Response
) -> schemas.HandOver:
    desk, replay = await step(
        request,
        door,
        hand_over_id,
        lambda d: handing.answer(d, hand_over_id, body.answer, expected=door.expected_version),
    )
    row = await handing.read(desk, hand_over_id)
    return changed(response, schemas.HandOver.model_validate(row), replay=replay)


@router.post("/{hand_over_id}/return", summary="部门退回移交")
async def return_hand_over(
    request: Request, hand_over_id: UUID, body: schemas.HandOverReturn, door: AnswererStep, response: Response
) -> schemas.HandOver:
    held: list[schemas.HandOver] = []

    async def give_back(desk: Desk) -> None:
        row = await handing.give_back(desk, hand_over_id, body.reason, expected=door.expected_version)
        held.append(schemas.HandOver.model_validate(row))

    desk, replay = await step(request, door, hand_over_id, give_back)
    if not held:
        held.append(schemas.HandOver.model_validate(await handing.read(desk, hand_over_id)))
    return changed(response, held[0], replay=replay)


@router.post("/{hand_over_id}/hand-on", summary="退回后转交其他部门")
async def hand_on_hand_over(
    request: Request, hand_over_id: UUID, body: schemas.HandOverHandOn, door: AgentStep, response: Response
) -> schemas.HandOver:
    desk, replay = await step(
        request,
        door,
        hand_over_id,
        lambda d: handing.hand_on(
            d,
            hand_over_id,
            department=body.department,
            owner_id=body.owner_id,
            expected=door.expected_version,
        ),
    )
    row = await handing.read(desk, hand_over_id)
    return changed(response, schemas.HandOver.model_validate(row), replay=replay)
