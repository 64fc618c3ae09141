"""The doors of the visits."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.safety import schemas
from services.customer.safety.routes.doors import desk_of
from services.customer.safety.rules import Outcome
from services.customer.safety.service import desk as terms
from services.customer.safety.service import reading, visiting
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/safety-inspections", tags=["safety"])

Reader = Annotated[Principal, requires(terms.READ)]
Inspector = Annotated[Principal, requires(terms.INSPECT)]


@router.post("", status_code=201, summary="登记安检上门结果")
async def create_safety_inspection(
    request: Request,
    body: schemas.SafetyInspectionCreate,
    principal: Inspector,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.SafetyInspection:
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    if replay is None:
        desk = await desk_of(request, principal, session, now, terms.INSPECT)
        row = await visiting.record_visit(desk, row_id, body.visit())
    else:
        row = await reading.visit(session, replay.resource_id, principal.companies)
    shown = schemas.SafetyInspection.model_validate(row)
    return created(response, f"/v1/safety-inspections/{row.id}", shown, replay=replay)


@router.get("", summary="安检记录列表")
async def list_safety_inspections(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    order_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    outcome: Annotated[Outcome | SkipJsonSchema[None], Query()] = None,
    due_by: Annotated[date | SkipJsonSchema[None], Query(description="至该日应再次上门而尚未上门的")] = None,
) -> schemas.SafetyInspectionPage:
    wanted = reading.VisitFilter(customer_id, order_id, outcome.value if outcome else None, due_by)
    before = page.after[0] if page.after else None
    rows = await reading.visits_page(session, principal.companies, wanted, before=before, limit=page.fetch)
    shown = [schemas.SafetyInspection.model_validate(row) for row in rows]
    return schemas.SafetyInspectionPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/{inspection_id}", summary="查看安检记录")
async def get_safety_inspection(
    inspection_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.SafetyInspection:
    row = await reading.visit(session, inspection_id, principal.companies)
    return set_etag(response, schemas.SafetyInspection.model_validate(row))
