"""What the doors share: a call from a request, and a step under its key."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.supervisors.service.members import Sealing
from services.inspection.supervisors.service.work import NetworkCall
from shared.access.principal import Principal
from shared.http.idempotency_store import Replay
from shared.http.step_door import StepDoor


def sealing_of(request: Request) -> Sealing:
    """How personal data is stored."""
    runtime = request.app.state.runtime
    return Sealing(runtime.cipher, runtime.blind_index)


def call_of(
    request: Request, principal: Principal, session: AsyncSession, permission: str, now: datetime
) -> NetworkCall:
    """A call without a version: something new."""
    return NetworkCall(session, principal, principal.scope(permission), request.app.state.desk, now)


def step_of(request: Request, door: StepDoor) -> NetworkCall:
    """A call on something that exists."""
    return NetworkCall(
        door.session,
        door.principal,
        door.principal.scope(door.permission),
        request.app.state.desk,
        door.now,
        door.expected_version,
    )


async def taken(door: StepDoor, row_id: UUID, step: Callable[[], Awaitable[object]]) -> Replay | None:
    """Take the step once under its key."""
    replay = await door.claim(row_id)
    if replay is None:
        await step()
    return replay
