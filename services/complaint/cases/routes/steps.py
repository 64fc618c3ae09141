"""What the doors of all steps share: the desk, the call, the key taken before the step."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service import reading
from services.complaint.cases.service.desk import CaseDesk
from services.complaint.cases.service.steps import Call
from shared.access.scope import RowScope
from shared.http.answers import json_answer
from shared.http.idempotency import OnceOnly
from shared.http.step_door import StepDoor


def desk_of(request: Request) -> CaseDesk:
    """The desk that the lifespan put on the application."""
    desk: CaseDesk = request.app.state.case_desk
    return desk


def call_of(request: Request, door: StepDoor, complaint_id: UUID) -> Call:
    """One step's call, with the rows that its permission reaches."""
    return desk_of(request).step(door, complaint_id)


async def take(
    call: Call, once: OnceOnly, step: Callable[[], Awaitable[ComplaintRow]], *, reads: str | None = None
) -> Response:
    """Take the step once, and answer it to whoever took it, wherever the case lies after it.

    A replay renders the case as it stands, to whoever still reaches it by the same permission, or by `reads`.
    """
    replay = await once.claim(
        call.session, resource_id=call.complaint_id, version=call.expected_version + 1, status=200, now=call.now
    )
    scope = call.principal.scope(reads) if reads else call.scope
    if replay is None:
        scope = RowScope.everything(*scope.companies)
        case = await step()
        await call.session.flush()
        if case.version != call.expected_version + 1:
            await once.settle(call.session, version=case.version)
    shown = await reading.json_in(call.session, call.complaint_id, scope, call.viewer)
    return json_answer(*shown, replay=replay)
