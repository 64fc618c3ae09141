"""What the doors share: a call from a request, and a step under its key."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.service.work import Deed, ImprovementCall
from shared.access.principal import Principal
from shared.http.idempotency_store import Replay
from shared.http.step_door import StepDoor


def call_of(
    request: Request, principal: Principal, session: AsyncSession, permission: str, now: datetime
) -> ImprovementCall:
    """A call without a version: something new."""
    deed = Deed(session, request.app.state.desk, principal.company, principal.actor, now)
    return ImprovementCall(deed, principal, principal.scope(permission))


def step_of(request: Request, door: StepDoor) -> ImprovementCall:
    """A call on something that exists."""
    deed = Deed(door.session, request.app.state.desk, door.principal.company, door.principal.actor, door.now)
    return ImprovementCall(deed, door.principal, door.principal.scope(door.permission), door.expected_version)


async def taken(door: StepDoor, row_id: UUID, step: Callable[[], Awaitable[object]]) -> Replay | None:
    """Take the step once under its key."""
    replay = await door.claim(row_id)
    if replay is None:
        await step()
    return replay
