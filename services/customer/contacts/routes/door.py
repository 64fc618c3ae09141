"""What the doors of hand-overs, notices and standard answers have alike."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service.work import Desk
from shared.access.principal import Principal
from shared.http.idempotency_store import Replay
from shared.http.step_door import StepDoor

Optional = SkipJsonSchema[None]


async def desk_of(
    request: Request, principal: Principal, session: AsyncSession, now: datetime, permission: str
) -> Desk:
    """Whoever acts, under the pack in force."""
    runtime = request.app.state.runtime
    return Desk(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        policy=runtime.policy.policy(principal.company, now),
        calendars=runtime.calendars,
        staff=await runtime.staff.current(),
        now=now,
    )


async def step(
    request: Request, door: StepDoor, row_id: UUID, act: Callable[[Desk], Awaitable[object]]
) -> tuple[Desk, Replay | None]:
    """One step under its key; the answer is read afterwards."""
    desk = await desk_of(request, door.principal, door.session, door.now, door.permission)
    replay = await door.claim(row_id)
    if replay is None:
        await act(desk)
    return desk, replay
