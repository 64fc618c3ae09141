"""The doors of reversing: a counter line, for nothing is edited."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.customer.settlement import schemas
from services.customer.settlement.routes.desks import Entering, LineDoor
from services.customer.settlement.service import entering, reading
from services.customer.settlement.service.work import order_of
from shared.http.etag import created

router = APIRouter(prefix="/v1/orders/{order_id}", tags=["settlement"])


async def _charge(order_id: UUID, line_id: UUID, reason: str, door: LineDoor, response: Response) -> schemas.Charge:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.reverse_charge(door.desk, door.row_id, subject, line_id, reason=reason)
    else:
        row = await reading.charge(door.desk, door.row_id, subject)
    shown = schemas.Charge.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/materials/{line_id}/reverse", status_code=201, summary="冲销用料")
async def reverse_order_material(
    order_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Charge:
    return await _charge(order_id, line_id, body.reason, door, response)


@router.post("/fees/{line_id}/reverse", status_code=201, summary="冲销费用")
async def reverse_order_fee(
    order_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Charge:
    return await _charge(order_id, line_id, body.reason, door, response)


@router.post("/waivers/{line_id}/reverse", status_code=201, summary="冲销减免")
async def reverse_order_waiver(
    order_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Charge:
    return await _charge(order_id, line_id, body.reason, door, response)


@router.post("/payments/{line_id}/reverse", status_code=201, summary="冲销缴费")
async def reverse_order_payment(
    order_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Payment:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.reverse_payment(door.desk, door.row_id, subject, line_id, reason=body.reason)
    else:
        row = await reading.payment(door.desk, door.row_id, subject)
    shown = schemas.Payment.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/documents/{line_id}/reverse", status_code=201, summary="冲销单据")
async def reverse_order_document(
    order_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Document:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.reverse_document(door.desk, door.row_id, subject, line_id, reason=body.reason)
    else:
        row = await reading.document(door.desk, door.row_id, subject)
    shown = schemas.Document.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)
