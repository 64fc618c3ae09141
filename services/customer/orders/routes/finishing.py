"""The doors after the work: completion, confirmation, acceptance, report, close."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.orders import schemas
from services.customer.orders.routes.doors import take
from services.customer.orders.service import finishing
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/orders", tags=["orders"])

Completer = Annotated[StepDoor, step_door("order.complete")]
Confirmer = Annotated[StepDoor, step_door("order.confirm")]
Inviter = Annotated[StepDoor, step_door("order.invite")]
Accepter = Annotated[StepDoor, step_door("order.accept")]
Reporter = Annotated[StepDoor, step_door("order.report")]
Closer = Annotated[StepDoor, step_door("order.close")]


@router.post("/{order_id}/complete", summary="完工")
async def complete_order(
    request: Request, order_id: UUID, body: schemas.OrderComplete, door: Completer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.complete(call, body.said(), occurred_at=body.occurred_at),
    )


@router.post("/{order_id}/confirm", summary="客户确认")
async def confirm_order(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Confirmer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.confirm(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/invite", summary="邀请客户验收")
async def invite_order_acceptance(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Inviter, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.invite(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/accept", summary="客户验收")
async def accept_order(
    request: Request, order_id: UUID, body: schemas.OrderStamp, door: Accepter, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.accept(call, occurred_at=body.occurred_at, note=body.note),
    )


@router.post("/{order_id}/report", summary="提交服务报告")
async def report_order(
    request: Request, order_id: UUID, body: schemas.OrderReport, door: Reporter, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.report(call, summary=body.summary, occurred_at=body.occurred_at),
    )


@router.post("/{order_id}/close", summary="办结工单")
async def close_order(
    request: Request, order_id: UUID, body: schemas.OrderNote, door: Closer, response: Response
) -> schemas.ServiceOrder:
    return await take(
        request,
        door,
        order_id,
        response,
        lambda call: finishing.close(call, note=body.note),
    )
