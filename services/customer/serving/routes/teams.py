"""The team of a customer at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.customer.serving import schemas
from services.customer.serving.routes.door import call_of, date_of, terms_at
from services.customer.serving.service import assigning, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import created
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers/{customer_id}/service-team", tags=["service"])

Reader = Annotated[Principal, requires("service_team.read")]
Assigner = Annotated[Principal, requires("service_team.assign")]


@router.get("", summary="谁在服务该客户：对口领导、客户经理、团队、代理人与紧急联系次序")
async def get_service_team(
    request: Request, customer_id: UUID, principal: Reader, session: SessionDep, now: Now
) -> schemas.ServiceTeamView:
    found = await reading.team(
        session,
        customer_id,
        principal.companies,
        terms=terms_at(request, principal.company, now),
        staff=await request.app.state.runtime.staff.current(),
        today=date_of(request, principal.company, now),
    )
    return schemas.ServiceTeamView.of(found)


@router.post("", status_code=201, summary="指派服务人员")
async def assign_service_staff(
    request: Request,
    customer_id: UUID,
    body: schemas.AssignmentCreate,
    principal: Assigner,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.ServiceAssignment:
    assignment_id = new_id()
    replay = await once.claim(session, resource_id=assignment_id, now=now)
    if replay is None:
        call = await call_of(request, principal, session, now)
        row = await assigning.assign(
            call, customer_id, assignment_id, slot=body.slot, staff_id=body.staff_id, reason=body.reason
        )
    else:
        row = await reading.one(session, replay.resource_id, principal.companies)
    shown = schemas.ServiceAssignment.of(row)
    return created(response, f"/v1/service-assignments/{row.id}", shown, replay=replay)


@router.get("/history", summary="该客户历任服务人员")
async def list_service_history(
    customer_id: UUID, principal: Reader, session: SessionDep, page: Paging
) -> schemas.ServiceAssignmentPage:
    before = page.after[0] if page.after else None
    rows = await reading.history(session, customer_id, principal.companies, before=before, limit=page.fetch)
    shown = [schemas.ServiceAssignment.of(row) for row in rows]
    return schemas.ServiceAssignmentPage(**page.cut(shown, key=lambda one: (one.id,)))
