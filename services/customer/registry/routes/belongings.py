"""Premises, meters and telephones of a customer; each answers the whole customer."""

from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.registry.routes.customers import VaultDep, Writer, hand_of
from services.customer.registry.schemas import bodies, presenting, views
from services.customer.registry.service import belongings, registering
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created
from shared.http.idempotency import Once
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["customers"])


class Belonging(StrEnum):
    """What may be taken out of use."""

    PREMISES = "premises"
    METERS = "meters"
    PHONES = "phones"
    CONTACT_PERSONS = "contact-persons"


@router.post("/premises", status_code=201, summary="登记用气地址")
async def add_customer_premises(
    customer_id: UUID,
    body: bodies.PremisesCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        writer, records = hand_of(request, principal, now)
        await belongings.add_premises(
            session,
            customer_id,
            presenting.premises_entry(body),
            companies=principal.companies,
            writer=writer,
            records=records,
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.post("/meters", status_code=201, summary="登记燃气表")
async def add_customer_meter(
    customer_id: UUID,
    body: bodies.MeterCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        await belongings.add_meter(
            session,
            customer_id,
            number=body.number,
            kind=body.kind.value,
            premises_id=body.premises_id,
            installed_on=body.installed_on,
            companies=principal.companies,
            writer=hand_of(request, principal, now)[0],
            now=now,
            initial_reading=body.initial_reading,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.post("/phones", status_code=201, summary="登记电话")
async def add_customer_phone(
    customer_id: UUID,
    body: bodies.PhoneCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        await belongings.add_phone(
            session,
            customer_id,
            phone=body.phone,
            label=body.label,
            is_primary=body.is_primary,
            vault=vault,
            companies=principal.companies,
            writer=hand_of(request, principal, now)[0],
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.patch("/premises/{premises_id}", summary="更改用气地址")
async def update_customer_premises(
    customer_id: UUID,
    premises_id: UUID,
    body: bodies.PremisesUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    await belongings.change_premises(
        session,
        customer_id,
        premises_id,
        presenting.premises_changes(body),
        companies=principal.companies,
        writer=hand_of(request, principal, now)[0],
        expected=if_match,
        now=now,
    )
    return changed(
        response, presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    )


@router.post("/contact-persons", status_code=201, summary="登记联系人")
async def add_customer_contact_person(
    customer_id: UUID,
    body: bodies.ContactPersonCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        writer, records = hand_of(request, principal, now)
        await belongings.add_contact_person(
            session,
            customer_id,
            presenting.contact_person_entry(body),
            vault=vault,
            records=records,
            companies=principal.companies,
            writer=writer,
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.post("/{belonging}/{row_id}/withdraw", summary="停用地址、表具、电话或联系人")
async def withdraw_customer_belonging(
    customer_id: UUID,
    belonging: Belonging,
    row_id: UUID,
    principal: Writer,
    once: Once,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now, version=if_match + 1, status=200)
    if replay is None:
        await belongings.end_belonging(
            session,
            customer_id,
            belonging.value,
            row_id,
            companies=principal.companies,
            writer=hand_of(request, principal, now)[0],
            expected=if_match,
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return changed(response, shown, replay=replay)
