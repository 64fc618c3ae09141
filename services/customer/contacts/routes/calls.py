"""The call record at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.contacts import schemas, service
from services.customer.contacts.errors import ContactNotFoundError
from services.customer.contacts.routes.door import desk_of
from services.customer.contacts.service import updating
from services.customer.registry.service.secrets import Vault
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import HotTxDep, SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])

Reader = Annotated[Principal, requires("contact.read")]
Recorder = Annotated[Principal, requires("contact.write")]


def _vault(request: Request) -> Vault:
    runtime = request.app.state.runtime
    return Vault(runtime.cipher, runtime.blind_index)


VaultDep = Annotated[Vault, Depends(_vault)]


@router.post("", status_code=201, summary="记录来电或其他联系")
async def create_contact(
    body: schemas.ContactCreate,
    principal: Recorder,
    once: Once,
    hot: HotTxDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> schemas.Contact:
    contact_id = new_id()
    said = body.model_dump(mode="python")
    entry = service.ContactEntry(
        **{**said, "channel": body.channel.value, "direction": body.direction.value, "outcome": body.outcome}
    )
    row = await service.record(
        hot,
        entry,
        once=once.arguments(resource_id=contact_id, now=now),
        contact_id=contact_id,
        company=principal.company,
        staff_id=principal.staff_id,
        vault=vault,
        now=now,
    )
    replay = None
    if row is None:
        replay = await once.explain(hot)
        if replay is None:
            raise ContactNotFoundError("没有所指的客户")
        row = await service.read(hot, replay.resource_id, principal.scope("contact.read"))
    shown = schemas.present(row, service.phone_of(vault, row))
    return created(response, f"/v1/contacts/{shown.id}", shown, replay=replay)


@router.get("/{contact_id}", summary="联系记录")
async def get_contact(
    contact_id: UUID, principal: Reader, hot: HotTxDep, vault: VaultDep, response: Response
) -> schemas.Contact:
    row = await service.read(hot, contact_id, principal.scope("contact.read"))
    return set_etag(response, schemas.present(row, service.phone_of(vault, row)))


@router.patch("/{contact_id}", summary="补充联系记录")
async def update_contact(
    request: Request,
    contact_id: UUID,
    body: schemas.ContactUpdate,
    principal: Recorder,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> schemas.Contact:
    desk = await desk_of(request, principal, session, now, "contact.write")
    row = await updating.update(desk, contact_id, body.model_dump(exclude_unset=True), expected=if_match)
    shown = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return changed(response, schemas.present(shown, service.phone_of(vault, shown)))


@router.get("", summary="联系记录列表")
async def list_contacts(
    principal: Reader,
    hot: HotTxDep,
    vault: VaultDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    phone: Annotated[str | SkipJsonSchema[None], Query(max_length=40)] = None,
) -> schemas.ContactPage:
    rows = await service.listed(
        hot,
        principal.scope("contact.read"),
        customer_id=customer_id,
        phone=phone,
        vault=vault,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.present(row, service.phone_of(vault, row)) for row in rows]
    return schemas.ContactPage(**page.cut(shown, key=lambda one: (one.id,)))
