"""The doors of meter readings and card sales."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.contacts.service.work import Desk
from services.customer.readings import schemas
from services.customer.readings.service import reading, selling
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

readings_router = APIRouter(prefix="/v1/meter-readings", tags=["readings"])
sales_router = APIRouter(prefix="/v1/card-sales", tags=["readings"])
routers = (readings_router, sales_router)

ReadingReader = Annotated[Principal, requires("reading.read")]
ReadingWriter = Annotated[Principal, requires("reading.write")]
ReadingStep = Annotated[StepDoor, step_door("reading.write")]
SaleReader = Annotated[Principal, requires("card_sale.read")]
SaleWriter = Annotated[Principal, requires("card_sale.write")]
SaleStep = Annotated[StepDoor, step_door("card_sale.write")]
Optional = SkipJsonSchema[None]


async def _desk(request: Request, principal: Principal, session: SessionDep, now: datetime, permission: str) -> Desk:
    runtime = request.app.state.runtime
    return Desk(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        policy=runtime.policy.policy(principal.company, now),
        calendars=runtime.calendars,
        staff=await runtime.staff.current(),
        now=now,
    )


@readings_router.post("", status_code=201, summary="录入抄表读数")
async def create_meter_reading(
    request: Request,
    body: schemas.MeterReadingCreate,
    principal: ReadingWriter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.MeterReading:
    desk = await _desk(request, principal, session, now, "reading.write")
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await reading.take(desk, row_id, body.entry())
    else:
        row = await reading.read(desk, replay.resource_id)
    shown = schemas.MeterReading.model_validate(row)
    return created(response, f"/v1/meter-readings/{row.id}", shown, replay=replay)


@readings_router.get("", summary="抄表记录列表")
async def list_meter_readings(
    request: Request,
    principal: ReadingReader,
    session: SessionDep,
    now: Now,
    page: Paging,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    meter_id: Annotated[UUID | Optional, Query()] = None,
    is_flagged: Annotated[bool, Query(description="只看标记待复核的")] = False,
) -> schemas.MeterReadingPage:
    rows = await reading.page(
        await _desk(request, principal, session, now, "reading.read"),
        customer_id=customer_id,
        meter_id=meter_id,
        is_flagged=is_flagged,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.MeterReading.model_validate(row) for row in rows]
    return schemas.MeterReadingPage(**page.cut(shown, key=lambda one: (one.id,)))


@readings_router.get("/{reading_id}", summary="查看抄表记录")
async def get_meter_reading(
    request: Request, reading_id: UUID, principal: ReadingReader, session: SessionDep, now: Now, response: Response
) -> schemas.MeterReading:
    desk = await _desk(request, principal, session, now, "reading.read")
    return set_etag(response, schemas.MeterReading.model_validate(await reading.read(desk, reading_id)))


@readings_router.post("/{reading_id}/correct", status_code=201, summary="更正抄表读数")
async def correct_meter_reading(
    request: Request, reading_id: UUID, body: schemas.MeterReadingCorrect, door: ReadingStep, response: Response
) -> schemas.MeterReading:
    desk = await _desk(request, door.principal, door.session, door.now, door.permission)
    row_id = new_id()
    replay = await door.once.claim(door.session, resource_id=row_id, now=door.now)
    if replay is None:
        row = await reading.correct(
            desk,
            row_id,
            reading_id,
            reading_m3=body.reading_m3,
            reason=body.reason,
            expected=door.expected_version,
        )
    else:
        row = await reading.read(desk, replay.resource_id)
    shown = schemas.MeterReading.model_validate(row)
    return created(response, f"/v1/meter-readings/{row.id}", shown, replay=replay)


@sales_router.post("", status_code=201, summary="IC 卡售气")
async def create_card_sale(
    request: Request,
    body: schemas.CardSaleCreate,
    principal: SaleWriter,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.CardSale:
    desk = await _desk(request, principal, session, now, "card_sale.write")
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        row = await selling.sell(desk, row_id, body.entry(), request.app.state.runtime.blind_index)
    else:
        row = await selling.read(desk, replay.resource_id)
    shown = schemas.CardSale.model_validate(row)
    return created(response, f"/v1/card-sales/{row.id}", shown, replay=replay)


@sales_router.get("", summary="售气记录列表")
async def list_card_sales(
    request: Request,
    principal: SaleReader,
    session: SessionDep,
    now: Now,
    page: Paging,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    card_number: Annotated[str | Optional, Query(max_length=32)] = None,
) -> schemas.CardSalePage:
    rows = await selling.page(
        await _desk(request, principal, session, now, "card_sale.read"),
        customer_id=customer_id,
        card_number=card_number,
        index=request.app.state.runtime.blind_index,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.CardSale.model_validate(row) for row in rows]
    return schemas.CardSalePage(**page.cut(shown, key=lambda one: (one.id,)))


@sales_router.get("/{sale_id}", summary="查看售气记录")
async def get_card_sale(
    request: Request, sale_id: UUID, principal: SaleReader, session: SessionDep, now: Now, response: Response
) -> schemas.CardSale:
    desk = await _desk(request, principal, session, now, "card_sale.read")
    return set_etag(response, schemas.CardSale.model_validate(await selling.read(desk, sale_id)))


@sales_router.post("/{sale_id}/correct", status_code=201, summary="更正售气记录或退款")
async def correct_card_sale(
    request: Request, sale_id: UUID, body: schemas.CardSaleCorrect, door: SaleStep, response: Response
) -> schemas.CardSale:
    desk = await _desk(request, door.principal, door.session, door.now, door.permission)
    row_id = new_id()
    replay = await door.once.claim(door.session, resource_id=row_id, now=door.now)
    if replay is None:
        row = await selling.correct(
            desk,
            row_id,
            sale_id,
            volume_m3=body.volume_m3,
            amount_fen=body.amount_fen,
            payment=body.payment,
            reason=body.reason,
            expected=door.expected_version,
        )
    else:
        row = await selling.read(desk, replay.resource_id)
    shown = schemas.CardSale.model_validate(row)
    return created(response, f"/v1/card-sales/{row.id}", shown, replay=replay)
