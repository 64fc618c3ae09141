"""Members at the door: entered, read, changed, leaving and coming back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.groups import schemas
from services.customer.groups.routes.door import (
    Reader,
    VaultDep,
    Writer,
    WriterStep,
    call_of,
    shown,
    take,
    today,
)
from services.customer.groups.rules import MemberState
from services.customer.groups.service import entering, reading
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}/members", tags=["customers"])


@router.post("", status_code=201, summary="登记集团成员")
async def add_customer_member(
    request: Request,
    customer_id: UUID,
    body: schemas.MemberCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    member_id = new_id()
    replay = await once.claim(session, resource_id=member_id, now=now)
    if replay is None:
        call = call_of(request, principal, session, now, customer_id)
        on = today(request, principal, now)
        await entering.join(call, member_id, body.entry(), vault=vault, on=on)
    else:
        member_id = replay.resource_id
    one = await shown(session, customer_id, member_id, principal, vault)
    return created(response, f"/v1/customers/{customer_id}/members/{member_id}", one, replay=replay)


@router.get("", summary="集团成员（脱敏）")
async def list_customer_members(
    customer_id: UUID,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    vault: VaultDep,
    is_served: Annotated[
        bool | SkipJsonSchema[None], Query(description="只看单独服务的（重要）成员，或其余在册成员")
    ] = None,
    state: Annotated[MemberState | SkipJsonSchema[None], Query()] = None,
) -> schemas.GroupMemberPage:
    rows = await reading.page(
        session,
        customer_id,
        principal.companies,
        is_served=is_served,
        state=state.value if state else None,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    items = [schemas.GroupMember.of(row, phone, vault) for row, phone in rows]
    return schemas.GroupMemberPage(**page.cut(items, key=lambda one: (one.number,)))


@router.get("/{member_id}", summary="查看集团成员（脱敏）")
async def get_customer_member(
    customer_id: UUID, member_id: UUID, principal: Reader, session: SessionDep, vault: VaultDep, response: Response
) -> schemas.GroupMember:
    return set_etag(response, await shown(session, customer_id, member_id, principal, vault))


@router.patch("/{member_id}", summary="更改成员资料，类别随之重新推定")
async def update_customer_member(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, principal, session, now, customer_id)
    on = today(request, principal, now)
    await entering.change(call, member_id, body.changes(), expected=if_match, on=on)
    return changed(response, await shown(session, customer_id, member_id, principal, vault))


@router.post("/{member_id}/leave", summary="成员离开集团")
async def leave_customer_group(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberLeave,
    door: WriterStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    on = today(request, door.principal, door.now)
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: entering.leave(
            call, member_id, left_on=body.left_on, reason=body.reason, expected=door.expected_version, on=on
        ),
    )


@router.post("/{member_id}/rejoin", summary="成员重新加入集团")
async def rejoin_customer_group(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberRejoin,
    door: WriterStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    on = today(request, door.principal, door.now)
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: entering.rejoin(call, member_id, joined_on=body.joined_on, expected=door.expected_version, on=on),
    )


@router.get("/{member_id}/history", summary="成员的变更经过")
async def list_member_history(
    customer_id: UUID, member_id: UUID, principal: Reader, session: SessionDep, page: Paging
) -> schemas.MemberChangePage:
    before = page.after[0] if page.after else None
    rows = await reading.history(session, customer_id, member_id, principal.companies, before=before, limit=page.fetch)
    items = [schemas.MemberChange.of(row) for row in rows]
    return schemas.MemberChangePage(**page.cut(items, key=lambda one: (one.id,)))
