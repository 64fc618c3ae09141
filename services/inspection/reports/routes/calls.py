"""What the doors share: a call from a request, and a step under its key."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.reports.service.work import ReportsCall
from shared.access.principal import Principal
from shared.http.idempotency_store import Replay
from shared.http.step_door import StepDoor


def call_of(
    request: Request, principal: Principal, session: AsyncSession, permission: str, now: datetime
) -> ReportsCall:
    """A call without a version: something new."""
    return ReportsCall(session, request.app.state.desk, principal, principal.scope(permission), now)


def step_of(request: Request, door: StepDoor) -> ReportsCall:
    """A call on something that exists."""
    scope = door.principal.scope(door.permission)
    return ReportsCall(door.session, request.app.state.desk, door.principal, scope, door.now, door.expected_version)


async def taken(door: StepDoor, row_id: UUID, step: Callable[[], Awaitable[object]]) -> Replay | None:
    """Take the step once under its key."""
    replay = await door.claim(row_id)
    if replay is None:
        await step()
    return replay
