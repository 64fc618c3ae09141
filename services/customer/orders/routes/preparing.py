"""The doors of what comes before the work, and of giving it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.orders import schemas
from services.customer.orders.routes.doors import take
from services.customer.orders.service import dispatching, ending, preparing
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/orders", tags=["orders"])

Answerer = Annotated[StepDoor, step_door("order.acknowledge")]
Appointer = Annotated[StepDoor, step_door("order.appoint")]
Readier = Annotated[StepDoor, step_door("order.mark_ready")]
GasOrderer = Annotated[StepDoor, step_door("order.order_gas_on")]
Dispatcher = Annotated[StepDoor, step_door("order.dispatch")]
Pauser = Annotated[StepDoor, step_door("order.pause")]
Resumer = Annotated[StepDoor, step_door("order.resume")]
Canceller = Annotated[StepDoor, step_door("order.cancel")]


@router.post("/{order_id}/acknowledge", summary="答复客户")
async def acknowledge_order(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Answerer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: preparing.acknowledge(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/appoint", summary="预约上门时间")
async def appoint_order(
    request: Request, order_id: UUID, body: schemas.OrderAppoint, door: Appointer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: preparing.appoint(
            call,
            since=body.appointment_from,
            until=body.appointment_until,
            occurred_at=body.occurred_at,
            note=body.note,
        ),
    )


@router.post("/{order_id}/ready", summary="登记具备安装条件")
async def mark_order_ready(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Readier, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: preparing.mark_ready(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/gas-on", summary="下达通气单")
async def order_gas_on(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: GasOrderer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: preparing.order_gas_on(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/dispatch", summary="派工")
async def dispatch_order(
    request: Request, order_id: UUID, body: schemas.OrderDispatch, door: Dispatcher, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: dispatching.dispatch(call, body.to(), note=body.note),
    )


@router.post("/{order_id}/pause", summary="暂停计时")
async def pause_order(
    request: Request, order_id: UUID, body: schemas.OrderPause, door: Pauser, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: ending.pause(call, reason=body.reason, until=body.until, note=body.note),
    )


@router.post("/{order_id}/resume", summary="恢复计时")
async def resume_order(
    request: Request, order_id: UUID, body: schemas.OrderNote, door: Resumer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: ending.resume(call, note=body.note),
    )


@router.post("/{order_id}/cancel", summary="撤销工单")
async def cancel_order(
    request: Request, order_id: UUID, body: schemas.OrderCancel, door: Canceller, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: ending.cancel(call, reason=body.reason, note=body.note),
    )
