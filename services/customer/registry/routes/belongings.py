"""Premises, meters, telephones and members of a customer; each answers the whole customer."""

from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Response

from services.customer.registry.routes.customers import Reader, VaultDep, Writer
from services.customer.registry.schemas import bodies, presenting, views
from services.customer.registry.service import belongings, lookup, members, registering
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import HotTxDep, SessionDep

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["customers"])


class Belonging(StrEnum):
    """What may be taken out of use."""

    PREMISES = "premises"
    METERS = "meters"
    PHONES = "phones"


@router.post("/premises", status_code=201, summary="登记用气地址")
async def add_customer_premises(
    customer_id: UUID,
    body: bodies.PremisesCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        entry = presenting.premises_entry(body)
        await belongings.add_premises(session, customer_id, entry, companies=principal.companies, now=now)
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
            now=now,
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
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.post("/{belonging}/{row_id}/withdraw", summary="停用地址、表具或电话")
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
            expected=if_match,
            now=now,
        )
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return changed(response, shown, replay=replay)


@router.post("/members", status_code=201, summary="登记集团成员")
async def add_customer_member(
    customer_id: UUID,
    body: bodies.MemberCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> views.Customer:
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        entry = presenting.member_entry(body)
        await members.add_member(session, customer_id, entry, vault=vault, companies=principal.companies, now=now)
    shown = presenting.customer(await registering.read(session, customer_id, principal.companies), vault)
    return created(response, f"/v1/customers/{customer_id}", shown, replay=replay)


@router.get("/members", summary="集团成员（脱敏）")
async def list_customer_members(
    customer_id: UUID, principal: Reader, hot: HotTxDep, page: Paging, vault: VaultDep
) -> views.MemberPage:
    after = page.after[0] if page.after else None
    rows = await lookup.members(hot, customer_id, principal.companies, after, page.fetch)
    members = [presenting.member(row, vault) for row in rows]
    return views.MemberPage(**page.cut(members, key=lambda one: (one.number,)))
