"""The doors of an order's materials, fees, waivers, payments, papers and settlement sheet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.settlement import schemas
from services.customer.settlement.routes.desks import Entering, desk_of
from services.customer.settlement.service import entering, reading
from services.customer.settlement.service.work import order_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/orders/{order_id}", tags=["settlement"])
READ = "settlement.read"
Reader = Annotated[Principal, requires(READ)]


@router.post("/materials", status_code=201, summary="录入用料")
async def add_order_material(
    order_id: UUID, body: schemas.MaterialCreate, door: Entering, response: Response
) -> schemas.Charge:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_material(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.charge(door.desk, door.row_id, subject)
    shown = schemas.Charge.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/fees", status_code=201, summary="录入费用")
async def add_order_fee(order_id: UUID, body: schemas.FeeCreate, door: Entering, response: Response) -> schemas.Charge:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_fee(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.charge(door.desk, door.row_id, subject)
    shown = schemas.Charge.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/waivers", status_code=201, summary="录入费用减免")
async def add_order_waiver(
    order_id: UUID, body: schemas.WaiverCreate, door: Entering, response: Response
) -> schemas.Charge:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_waiver(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.charge(door.desk, door.row_id, subject)
    shown = schemas.Charge.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/payments", status_code=201, summary="登记缴费")
async def add_order_payment(
    order_id: UUID, body: schemas.PaymentCreate, door: Entering, response: Response
) -> schemas.Payment:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_payment(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.payment(door.desk, door.row_id, subject)
    shown = schemas.Payment.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.post("/documents", status_code=201, summary="录入单据")
async def add_order_document(
    order_id: UUID, body: schemas.DocumentCreate, door: Entering, response: Response
) -> schemas.Document:
    subject = await order_of(door.desk, order_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_document(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.document(door.desk, door.row_id, subject)
    shown = schemas.Document.model_validate(row)
    return created(response, f"/v1/orders/{order_id}/settlement", shown, replay=door.replay)


@router.get("/settlement", summary="工单结算单")
async def get_order_settlement(
    request: Request, order_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.Settlement:
    desk = desk_of(request, principal, session, now, READ)
    sheet = await reading.sheet(desk, await order_of(desk, order_id))
    return set_etag(response, schemas.Settlement.of(sheet))
