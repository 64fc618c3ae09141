"""Merges at the door: made, read, undone."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.groups.service.work import terms_of as members_of
from services.customer.merging import schemas
from services.customer.merging.rules import MergeState
from services.customer.merging.service import joining, reading, undoing
from services.customer.merging.service.work import MergeCall
from services.customer.registry.service.terms import records_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["merging"])

Reader = Annotated[Principal, requires("customer.read")]
Merger = Annotated[StepDoor, step_door("customer.merge")]
Undoer = Annotated[StepDoor, step_door("customer.unmerge")]


@router.post("/customers/{customer_id}/merge", status_code=201, summary="并入另一客户（本行终止）")
async def merge_customer(
    request: Request, customer_id: UUID, body: schemas.MergeCreate, door: Merger, response: Response
) -> schemas.CustomerMerge:
    merge_id = new_id()
    replay = await door.once.claim(door.session, resource_id=merge_id, now=door.now)
    call = _call(request, door.principal, door.session, door.now)
    if replay is None:
        await joining.merge(
            call,
            merge_id,
            customer_id,
            into_id=body.into_customer_id,
            reason=body.reason,
            expected=door.expected_version,
            into_expected=body.into_version,
        )
    shown_id = replay.resource_id if replay else merge_id
    shown = schemas.CustomerMerge.of(await reading.one(call, shown_id))
    return created(response, f"/v1/customer-merges/{shown_id}", shown, replay=replay)


@router.get("/customer-merges", summary="合并记录")
async def list_customer_merges(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query(description="被并入的或保留的客户")] = None,
    state: Annotated[MergeState | SkipJsonSchema[None], Query()] = None,
) -> schemas.CustomerMergePage:
    rows = await reading.page(
        session,
        principal.companies,
        customer_id=customer_id,
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.MergeCard.of_row(row) for row in rows]
    return schemas.CustomerMergePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/customer-merges/{merge_id}", summary="查看合并：移动了什么，能否撤销")
async def get_customer_merge(
    request: Request, merge_id: UUID, principal: Reader, session: SessionDep, now: Now, response: Response
) -> schemas.CustomerMerge:
    found = await reading.one(_call(request, principal, session, now), merge_id)
    return set_etag(response, schemas.CustomerMerge.of(found))


@router.post("/customer-merges/{merge_id}/undo", summary="撤销合并")
async def undo_customer_merge(
    request: Request, merge_id: UUID, body: schemas.MergeReason, door: Undoer, response: Response
) -> schemas.CustomerMerge:
    replay = await door.claim(merge_id)
    call = _call(request, door.principal, door.session, door.now)
    if replay is None:
        await undoing.undo(call, merge_id, reason=body.reason, expected=door.expected_version)
    return changed(response, schemas.CustomerMerge.of(await reading.one(call, merge_id)), replay=replay)


def _call(request: Request, principal: Principal, session: SessionDep, now: datetime) -> MergeCall:
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    return MergeCall(session, principal, members_of(policy), records_of(policy), now)
