"""The great days of a unit at the door."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.customer.groups import schemas
from services.customer.groups.routes.door import Reader, Writer, WriterStep
from services.customer.groups.service import days
from shared.http.clock import Now
from shared.http.etag import changed, created
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}/great-days", tags=["customers"])


@router.get("", summary="单位的重要日子")
async def list_great_days(customer_id: UUID, principal: Reader, session: SessionDep) -> schemas.GreatDays:
    rows = await days.listed(session, customer_id, principal.companies)
    return schemas.GreatDays(items=[schemas.GreatDay.of(row) for row in rows])


@router.post("", status_code=201, summary="登记单位的重要日子")
async def add_great_day(
    customer_id: UUID,
    body: schemas.GreatDayCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.GreatDay:
    day_id = new_id()
    replay = await once.claim(session, resource_id=day_id, now=now)
    if replay is None:
        row = await days.keep(
            session,
            customer_id,
            day_id,
            name=body.name,
            month=body.month,
            day=body.day,
            actor_id=principal.staff_id,
            companies=principal.companies,
            now=now,
        )
    else:
        row = await days.read(session, customer_id, replay.resource_id, principal.companies)
    return created(response, f"/v1/customers/{customer_id}/great-days", schemas.GreatDay.of(row), replay=replay)


@router.post("/{day_id}/withdraw", summary="停用单位的重要日子")
async def withdraw_great_day(customer_id: UUID, day_id: UUID, door: WriterStep, response: Response) -> schemas.GreatDay:
    companies = door.principal.companies
    replay = await door.claim(day_id)
    if replay is None:
        await days.withdraw(
            door.session, customer_id, day_id, expected=door.expected_version, companies=companies, now=door.now
        )
    row = await days.read(door.session, customer_id, day_id, companies)
    return changed(response, schemas.GreatDay.of(row), replay=replay)
