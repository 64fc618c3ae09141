"""The doors of those on site."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.orders import schemas
from services.customer.orders.routes.doors import take
from services.customer.orders.service import working
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/orders", tags=["orders"])

Arriver = Annotated[StepDoor, step_door("order.arrive")]
Enterer = Annotated[StepDoor, step_door("order.enter")]
Starter = Annotated[StepDoor, step_door("order.start")]
Attender = Annotated[StepDoor, step_door("order.attend")]
Impeder = Annotated[StepDoor, step_door("order.impede")]
Solver = Annotated[StepDoor, step_door("order.name_solution")]
Teller = Annotated[StepDoor, step_door("order.progress")]


@router.post("/{order_id}/arrive", summary="到场")
async def arrive_at_order(
    request: Request, order_id: UUID, body: schemas.OrderArrive, door: Arriver, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.arrive(
            call, present_ids=body.present_ids, is_entered=body.is_entered, occurred_at=body.occurred_at, note=body.note
        ),
    )


@router.post("/{order_id}/enter", summary="入户")
async def enter_home_for_order(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Enterer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.enter(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/start", summary="开工")
async def start_order(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Starter, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.start(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/attend", summary="领导到场督办")
async def attend_order(
    request: Request, order_id: UUID, body: schemas.OrderAttend, door: Attender, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.attend(call, present_ids=body.present_ids, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/impede", summary="登记不能修复")
async def impede_order(
    request: Request, order_id: UUID, body: schemas.OrderImpede, door: Impeder, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.impede(call, reason=body.reason, occurred_at=body.occurred_at),
    )


@router.post("/{order_id}/solution", summary="告知方案与期限")
async def name_order_solution(
    request: Request, order_id: UUID, body: schemas.OrderSolution, door: Solver, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.name_solution(
            call, solution=body.solution, due_at=body.due_at, occurred_at=body.occurred_at
        ),
    )


@router.post("/{order_id}/progress", summary="告知进展")
async def tell_order_progress(
    request: Request, order_id: UUID, body: schemas.OrderProgress, door: Teller, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: working.tell_progress(call, note=body.note, occurred_at=body.occurred_at),
    )
