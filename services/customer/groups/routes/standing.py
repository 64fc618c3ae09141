"""What a member is, at the door: corrected, given back to the rule, derived anew, with a record of their own."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.groups import schemas
from services.customer.groups.routes.door import CorrectorStep, Reader, VaultDep, Writer, WriterStep, call_of, take
from services.customer.groups.service import judging, owning, reading
from services.customer.registry.service.terms import entry_terms
from shared.http.clock import Now
from shared.http.etag import REPLAYED
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["customers"])


@router.post("/members/derive", summary="按现行规章重新推定全部成员的类别与级别")
async def derive_customer_members(
    request: Request,
    customer_id: UUID,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.DerivedMembers:
    replay = await once.claim(session, resource_id=customer_id, version=None, status=200, now=now)
    if replay is not None:
        response.headers[REPLAYED] = "true"
        return schemas.DerivedMembers(group_id=customer_id, changed=[])
    rows = await judging.derive(call_of(request, principal, session, now, customer_id))
    return schemas.DerivedMembers(group_id=customer_id, changed=[row.id for row in rows])


@router.post("/members/{member_id}/correct", summary="更正成员类别（须有原因）")
async def correct_customer_member(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberCorrect,
    door: CorrectorStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: judging.correct(call, member_id, kind=body.kind, reason=body.reason, expected=door.expected_version),
    )


@router.post("/members/{member_id}/restore", summary="撤回更正，恢复推定的类别")
async def restore_customer_member(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberReason,
    door: CorrectorStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: judging.restore(call, member_id, reason=body.reason, expected=door.expected_version),
    )


@router.post("/members/{member_id}/own-customer", summary="为重要成员建立或关联单独的客户档案")
async def own_member_customer(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.OwnCustomer,
    door: WriterStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    policy = request.app.state.runtime.policy.policy(door.principal.company, door.now)
    if body.customer_id is not None:
        linked = body.customer_id
        return await take(
            door,
            response,
            (customer_id, member_id),
            vault,
            lambda: owning.link_own(call, member_id, customer_id=linked, expected=door.expected_version),
        )
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: owning.open_own(
            call,
            member_id,
            customer_id=new_id(),
            terms=entry_terms(policy),
            vault=vault,
            expected=door.expected_version,
        ),
    )


@router.post("/members/{member_id}/own-customer/unlink", summary="解除成员与客户档案的关联")
async def unlink_member_customer(
    request: Request,
    customer_id: UUID,
    member_id: UUID,
    body: schemas.MemberReason,
    door: WriterStep,
    vault: VaultDep,
    response: Response,
) -> schemas.GroupMember:
    call = call_of(request, door.principal, door.session, door.now, customer_id)
    return await take(
        door,
        response,
        (customer_id, member_id),
        vault,
        lambda: owning.unlink_own(call, member_id, reason=body.reason, expected=door.expected_version),
    )


@router.get("/memberships", summary="该客户所在的集团及其成员身份")
async def list_customer_memberships(customer_id: UUID, principal: Reader, session: SessionDep) -> schemas.Memberships:
    rows = await reading.memberships(session, customer_id, principal.companies)
    return schemas.Memberships(items=[schemas.Membership.of(row, group) for row, group in rows])
