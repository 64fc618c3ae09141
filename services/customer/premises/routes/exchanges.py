"""Exchanges of meters at the door."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.premises import schemas
from services.customer.premises.routes.doors import Reader, Stepper, hand_of
from services.customer.premises.service import exchanging
from shared.http.etag import created
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["customers"])


@router.get("/meter-exchanges", summary="换表记录")
async def list_meter_exchanges(customer_id: UUID, principal: Reader, session: SessionDep) -> schemas.MeterExchangeList:
    rows = await exchanging.page(session, customer_id, principal.companies)
    return schemas.MeterExchangeList(items=[schemas.MeterExchange.of(row) for row in rows])


@router.post("/meters/{meter_id}/exchange", status_code=201, summary="换表：旧表止数与新表起数")
async def exchange_customer_meter(
    customer_id: UUID,
    meter_id: UUID,
    body: schemas.MeterExchangeCreate,
    door: Stepper,
    request: Request,
    response: Response,
) -> schemas.MeterExchange:
    exchange_id = new_id()
    writer, records = hand_of(request, door.principal, door.now)
    replay = await door.once.claim(door.session, resource_id=exchange_id, now=door.now)
    if replay is None:
        row = await exchanging.exchange(
            door.session,
            customer_id,
            meter_id,
            body.entry(),
            exchange_id=exchange_id,
            companies=door.principal.companies,
            writer=writer,
            records=records,
            expected=door.expected_version,
            now=door.now,
        )
    else:
        row = await exchanging.read(door.session, replay.resource_id, door.principal.companies)
    shown = schemas.MeterExchange.of(row)
    return created(response, f"/v1/customers/{customer_id}/meter-exchanges", shown, replay=replay)
