"""The doors of a reading that belongs to no order: its payments, papers and sheet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.settlement import schemas
from services.customer.settlement.routes.desks import Entering, desk_of
from services.customer.settlement.service import entering, reading
from services.customer.settlement.service.work import reading_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/meter-readings/{reading_id}", tags=["settlement"])
READ = "settlement.read"
Reader = Annotated[Principal, requires(READ)]


@router.post("/payments", status_code=201, summary="登记抄表缴费")
async def add_reading_payment(
    reading_id: UUID, body: schemas.PaymentCreate, door: Entering, response: Response
) -> schemas.Payment:
    subject = await reading_of(door.desk, reading_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_payment(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.payment(door.desk, door.row_id, subject)
    shown = schemas.Payment.model_validate(row)
    return created(response, f"/v1/meter-readings/{reading_id}/settlement", shown, replay=door.replay)


@router.post("/documents", status_code=201, summary="录入抄表单据")
async def add_reading_document(
    reading_id: UUID, body: schemas.DocumentCreate, door: Entering, response: Response
) -> schemas.Document:
    subject = await reading_of(door.desk, reading_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.add_document(door.desk, door.row_id, subject, body.entry())
    else:
        row = await reading.document(door.desk, door.row_id, subject)
    shown = schemas.Document.model_validate(row)
    return created(response, f"/v1/meter-readings/{reading_id}/settlement", shown, replay=door.replay)


@router.post("/payments/{line_id}/reverse", status_code=201, summary="冲销抄表缴费")
async def reverse_reading_payment(
    reading_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Payment:
    subject = await reading_of(door.desk, reading_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.reverse_payment(door.desk, door.row_id, subject, line_id, reason=body.reason)
    else:
        row = await reading.payment(door.desk, door.row_id, subject)
    shown = schemas.Payment.model_validate(row)
    return created(response, f"/v1/meter-readings/{reading_id}/settlement", shown, replay=door.replay)


@router.post("/documents/{line_id}/reverse", status_code=201, summary="冲销抄表单据")
async def reverse_reading_document(
    reading_id: UUID, line_id: UUID, body: schemas.LineReverse, door: Entering, response: Response
) -> schemas.Document:
    subject = await reading_of(door.desk, reading_id, is_change=door.replay is None)
    if door.replay is None:
        row = await entering.reverse_document(door.desk, door.row_id, subject, line_id, reason=body.reason)
    else:
        row = await reading.document(door.desk, door.row_id, subject)
    shown = schemas.Document.model_validate(row)
    return created(response, f"/v1/meter-readings/{reading_id}/settlement", shown, replay=door.replay)


@router.get("/settlement", summary="抄表结算单")
async def get_reading_settlement(
    request: Request, reading_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.Settlement:
    desk = desk_of(request, principal, session, now, READ)
    sheet = await reading.sheet(desk, await reading_of(desk, reading_id))
    return set_etag(response, schemas.Settlement.of(sheet))
