"""Gas equipment at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.premises import schemas
from services.customer.premises.routes.doors import Reader, Stepper, Writer, hand_of
from services.customer.premises.service import equipment
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["customers"])


@router.get("/equipment", summary="用气设备：超过使用年限或有隐患的")
async def list_equipment(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    now: Now,
    request: Request,
    is_overdue: Annotated[bool, Query(description="只列超过使用年限的")] = False,
    hazard: Annotated[str | SkipJsonSchema[None], Query(pattern=r"^[a-z0-9_+-]{1,40}$")] = None,
) -> schemas.GasEquipmentPage:
    _, records = hand_of(request, principal, now)
    rows = await equipment.page(
        session,
        principal.companies,
        is_overdue_only=is_overdue,
        hazard=hazard,
        records=records,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
        now=now,
    )
    shown = [schemas.GasEquipment.of(row, equipment.hazards_of(row, records, now)) for row in rows]
    return schemas.GasEquipmentPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/customers/{customer_id}/equipment", status_code=201, summary="登记用气设备")
async def add_customer_equipment(
    customer_id: UUID,
    body: schemas.EquipmentEnter,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.GasEquipment:
    equipment_id = new_id()
    writer, records = hand_of(request, principal, now)
    replay = await once.claim(session, resource_id=equipment_id, now=now)
    if replay is None:
        row = await equipment.enter(
            session,
            customer_id,
            body.premises_id,
            body.entry(),
            equipment_id=equipment_id,
            companies=principal.companies,
            writer=writer,
            records=records,
            now=now,
        )
    else:
        row = await equipment.read(session, customer_id, replay.resource_id, principal.companies)
    shown = schemas.GasEquipment.of(row, equipment.hazards_of(row, records, now))
    return created(response, f"/v1/customers/{customer_id}/equipment/{row.id}", shown, replay=replay)


@router.get("/customers/{customer_id}/equipment/{equipment_id}", summary="查看用气设备")
async def get_customer_equipment(
    customer_id: UUID,
    equipment_id: UUID,
    principal: Reader,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.GasEquipment:
    _, records = hand_of(request, principal, now)
    row = await equipment.read(session, customer_id, equipment_id, principal.companies)
    return set_etag(response, schemas.GasEquipment.of(row, equipment.hazards_of(row, records, now)))


@router.patch("/customers/{customer_id}/equipment/{equipment_id}", summary="更改用气设备与隐患")
async def update_customer_equipment(
    customer_id: UUID,
    equipment_id: UUID,
    body: schemas.EquipmentUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.GasEquipment:
    writer, records = hand_of(request, principal, now)
    row = await equipment.change(
        session,
        customer_id,
        equipment_id,
        body.changes(),
        companies=principal.companies,
        writer=writer,
        records=records,
        expected=if_match,
        now=now,
    )
    return changed(response, schemas.GasEquipment.of(row, equipment.hazards_of(row, records, now)))


@router.post("/customers/{customer_id}/equipment/{equipment_id}/remove", summary="拆除用气设备")
async def remove_customer_equipment(
    customer_id: UUID, equipment_id: UUID, door: Stepper, request: Request, response: Response
) -> schemas.GasEquipment:
    writer, records = hand_of(request, door.principal, door.now)
    replay = await door.claim(equipment_id)
    if replay is None:
        row = await equipment.remove(
            door.session,
            customer_id,
            equipment_id,
            companies=door.principal.companies,
            writer=writer,
            expected=door.expected_version,
            now=door.now,
        )
    else:
        row = await equipment.read(door.session, customer_id, equipment_id, door.principal.companies)
    shown = schemas.GasEquipment.of(row, equipment.hazards_of(row, records, door.now))
    return changed(response, shown, replay=replay)
