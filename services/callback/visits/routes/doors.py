"""What the doors share: the desk, the call, the key taken before the step."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from services.callback.visits.models import VisitRow
from services.callback.visits.schemas.views import Visit
from services.callback.visits.service import reading
from services.callback.visits.service.desk import READ, VisitCall, VisitDesk
from shared.access.scope import RowScope
from shared.http.etag import changed
from shared.http.step_door import StepDoor

__all__ = ["READ", "call_of", "desk_of", "take"]


def desk_of(request: Request) -> VisitDesk:
    """The desk that the lifespan put on the application."""
    desk: VisitDesk = request.app.state.visit_desk
    return desk


def call_of(request: Request, door: StepDoor, visit_id: UUID) -> VisitCall:
    """A call for one visit, with the rows that the permission reaches."""
    scope = door.principal.scope(door.permission)
    return VisitCall(door.session, door.principal, scope, desk_of(request), visit_id, door.expected_version, door.now)


async def take(call: VisitCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[VisitRow]]) -> Visit:
    """Take the step once, and answer the visit to whoever took it."""
    replay = await door.claim(call.visit_id)
    scope = call.scope
    if replay is None:
        await step()
        scope = RowScope.everything(*scope.companies)
    row = await reading.read(door.session, call.visit_id, scope)
    return changed(response, Visit.model_validate(row), replay=replay)
