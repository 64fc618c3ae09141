"""Tags of a customer at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.registry.service.tagging import TagEntry
from services.customer.registry.service.terms import writer_of
from services.customer.tags import schemas, service
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed, created
from shared.http.idempotency import Once
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}/tags", tags=["customers"])

Reader = Annotated[Principal, requires("customer.read")]
Setter = Annotated[Principal, requires("customer.write")]
Remover = Annotated[StepDoor, step_door("customer.write")]


@router.get("", summary="客户标签：现有与曾有")
async def list_customer_tags(customer_id: UUID, principal: Reader, session: SessionDep) -> schemas.TagList:
    rows = await service.page(session, customer_id, principal.companies)
    return schemas.TagList(items=[schemas.Tag.model_validate(row) for row in rows])


@router.post("", status_code=201, summary="设置标签（理由与期限）")
async def set_customer_tag(
    customer_id: UUID,
    body: schemas.TagCreate,
    principal: Setter,
    once: Once,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.Tag:
    tag_id, policies = new_id(), request.app.state.runtime.policy.policy
    replay = await once.claim(session, resource_id=tag_id, now=now)
    if replay is None:
        row = await service.set_tag(
            session,
            customer_id,
            TagEntry(body.tag, body.reason, body.until),
            tag_id=tag_id,
            companies=principal.companies,
            policies=policies,
            writer=writer_of(policies(principal.company, now), principal),
            now=now,
        )
    else:
        row = await service.read(session, customer_id, replay.resource_id, principal.companies)
    shown = schemas.Tag.model_validate(row)
    return created(response, f"/v1/customers/{customer_id}/tags/{row.id}", shown, replay=replay)


@router.post("/{tag_id}/remove", summary="取消标签")
async def remove_customer_tag(
    customer_id: UUID, tag_id: UUID, body: schemas.TagRemove, door: Remover, request: Request, response: Response
) -> schemas.Tag:
    policies, companies = request.app.state.runtime.policy.policy, door.principal.companies
    replay = await door.claim(tag_id)
    if replay is None:
        row = await service.remove_tag(
            door.session,
            customer_id,
            tag_id,
            reason=body.reason,
            companies=companies,
            policies=policies,
            writer=writer_of(policies(door.principal.company, door.now), door.principal),
            expected=door.expected_version,
            now=door.now,
        )
    else:
        row = await service.read(door.session, customer_id, tag_id, companies)
    return changed(response, schemas.Tag.model_validate(row), replay=replay)
