"""From a door to a call upon entry quality."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.service.quality import Qualities, QualityCall
from shared.access.principal import Principal
from shared.http.etag import Versioned, changed, created
from shared.http.idempotency import OnceOnly
from shared.http.step_door import StepDoor

V = TypeVar("V", bound=Versioned)
Step = Callable[[QualityCall], Awaitable[Any]]
Show = Callable[[], Awaitable[V]]


async def call_of(
    request: Request,
    principal: Principal,
    permission: str,
    session: AsyncSession,
    now: datetime,
    *,
    expected_version: int = 0,
) -> QualityCall:
    """What a use case needs of the request."""
    runtime = request.app.state.runtime
    return QualityCall(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        qualities=Qualities(runtime.policy, runtime.calendars),
        staff=await runtime.staff.current(),
        expected_version=expected_version,
        now=now,
    )


async def make(
    call: QualityCall, once: OnceOnly, response: Response, path: str, resource_id: UUID, step: Step, show: Any
) -> Any:
    """Create once; a repeated request shows what there is."""
    replay = await once.claim(call.session, resource_id=resource_id, now=call.now)
    if replay is None:
        await step(call)
    shown_id = replay.resource_id if replay else resource_id
    return created(response, f"{path}/{shown_id}", await show(shown_id), replay=replay)


async def take(request: Request, door: StepDoor, response: Response, resource_id: UUID, step: Step, show: Show[V]) -> V:
    """Change once, from the version that the caller saw."""
    call = await call_of(
        request, door.principal, door.permission, door.session, door.now, expected_version=door.expected_version
    )
    replay = await door.claim(resource_id)
    if replay is None:
        await step(call)
    return changed(response, await show(), replay=replay)
