"""What the doors share: the desk of the cases, a call for one case, a step that answers the case."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.desk import CaseDesk
from services.complaint.cases.service.steps import Call
from services.complaint.dossier.service.access import case_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import REPLAYED, etag_of
from shared.http.idempotency import Once, OnceOnly
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a case, with which right, in which transaction, when."""

    principal: Principal
    permission: str
    session: AsyncSession
    now: datetime


@dataclass(frozen=True, slots=True)
class Entry(Visit):
    """The same for a door that adds something."""

    once: OnceOnly


def visit(permission: str) -> Any:
    """The dependency of a door that reads: `Annotated[Visit, visit("complaint.read")]`."""
    guard = requires(permission)

    async def enter(principal: Annotated[Principal, guard], session: SessionDep, now: Now) -> Visit:
        return Visit(principal, permission, session, now)

    return Depends(enter, scope="function")


def entry(permission: str) -> Any:
    """The dependency of a door that adds something without changing the case."""
    guard = requires(permission)

    async def enter(principal: Annotated[Principal, guard], session: SessionDep, once: Once, now: Now) -> Entry:
        return Entry(principal, permission, session, now, once)

    return Depends(enter, scope="function")


def desk_of(request: Request) -> CaseDesk:
    """The desk that the lifespan put on the application."""
    desk: CaseDesk = request.app.state.case_desk
    return desk


def call_of(request: Request, door: Visit | StepDoor, complaint_id: UUID) -> Call:
    """A call for one case, with the rows that the permission reaches."""
    expected = door.expected_version if isinstance(door, StepDoor) else 0
    return desk_of(request).call(door.session, door.principal, door.permission, complaint_id, expected, door.now)


async def take(
    call: Call, once: OnceOnly, response: Response, step: Callable[[], Awaitable[ComplaintRow]]
) -> ComplaintRow:
    """Take a step of the case once; answers the case as it stands, with its tag."""
    version = call.expected_version + 1
    replay = await once.claim(call.session, resource_id=call.complaint_id, version=version, status=200, now=call.now)
    if replay is None:
        case = await step()
        await call.session.flush()
        await once.settle(call.session, version=case.version)
    else:
        case, response.headers[REPLAYED] = await case_of(call), "true"
    response.headers["ETag"] = etag_of(case.version)
    return case
