"""What the doors of who serves whom have alike: the call, and one step on an assignment."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from services.customer.serving import schemas
from services.customer.serving.models import AssignmentRow
from services.customer.serving.service import reading
from services.customer.serving.service.assigning import ServingCall
from services.customer.serving.service.terms import ServingTerms, terms_of
from shared.access.principal import Principal
from shared.http.etag import changed
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor


def terms_at(request: Request, company: str, now: datetime) -> ServingTerms:
    """What the pack in force says."""
    return terms_of(request.app.state.runtime.policy.policy(company, now))


def date_of(request: Request, company: str, now: datetime) -> date:
    """The company's civil date."""
    zone = request.app.state.runtime.policy.policy(company, now).common.zone
    return now.astimezone(ZoneInfo(zone)).date()


async def call_of(request: Request, principal: Principal, session: SessionDep, now: datetime) -> ServingCall:
    """The call of a use case."""
    company = principal.company
    staff = await request.app.state.runtime.staff.current()
    terms = terms_at(request, company, now)
    return ServingCall(session, principal, terms, staff, now, date_of(request, company, now))


async def take(
    door: StepDoor, response: Response, assignment_id: UUID, step: Callable[[], Awaitable[AssignmentRow]]
) -> schemas.ServiceAssignment:
    """One step on an assignment, once."""
    replay = await door.claim(assignment_id)
    if replay is None:
        await step()
    row = await reading.one(door.session, assignment_id, door.principal.companies)
    return changed(response, schemas.ServiceAssignment.of(row), replay=replay)
