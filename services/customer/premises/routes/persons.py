"""Vulnerable persons at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.premises import schemas
from services.customer.premises.routes.doors import Reader, Stepper, Writer, hand_of
from services.customer.premises.service import persons
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["customers"])


@router.get("/vulnerable-persons", summary="弱势人员名册（脱敏）")
async def list_vulnerable_persons(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    kind: Annotated[str | SkipJsonSchema[None], Query(pattern=r"^[a-z0-9_+-]{1,40}$")] = None,
) -> schemas.VulnerablePersonPage:
    rows = await persons.page(
        session,
        principal.companies,
        customer_id=customer_id,
        kind=kind,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.VulnerablePerson.model_validate(row) for row in rows]
    return schemas.VulnerablePersonPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/vulnerable-persons/{person_id}", summary="查看弱势人员登记")
async def get_vulnerable_person(
    person_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.VulnerablePerson:
    row = await persons.read(session, person_id, principal.companies)
    return set_etag(response, schemas.VulnerablePerson.model_validate(row))


@router.post("/customers/{customer_id}/vulnerable-persons", status_code=201, summary="登记弱势人员")
async def add_vulnerable_person(
    customer_id: UUID,
    body: schemas.VulnerablePersonCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    request: Request,
    response: Response,
) -> schemas.VulnerablePerson:
    person_id = new_id()
    replay = await once.claim(session, resource_id=person_id, now=now)
    if replay is None:
        writer, records = hand_of(request, principal, now)
        row = await persons.enter(
            session,
            customer_id,
            body.entry(),
            person_id=person_id,
            companies=principal.companies,
            writer=writer,
            records=records,
            now=now,
        )
    else:
        row = await persons.read(session, replay.resource_id, principal.companies)
    shown = schemas.VulnerablePerson.model_validate(row)
    return created(response, f"/v1/vulnerable-persons/{row.id}", shown, replay=replay)


@router.post("/vulnerable-persons/{person_id}/end", summary="终止弱势人员登记")
async def end_vulnerable_person(
    person_id: UUID, body: schemas.VulnerablePersonEnd, door: Stepper, request: Request, response: Response
) -> schemas.VulnerablePerson:
    replay = await door.claim(person_id)
    if replay is None:
        writer, records = hand_of(request, door.principal, door.now)
        row = await persons.end(
            door.session,
            person_id,
            reason=body.reason,
            companies=door.principal.companies,
            writer=writer,
            records=records,
            expected=door.expected_version,
            now=door.now,
        )
    else:
        row = await persons.read(door.session, person_id, door.principal.companies)
    return changed(response, schemas.VulnerablePerson.model_validate(row), replay=replay)
