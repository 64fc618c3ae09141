"""What the doors share: the desk, the call, the key taken before the step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import CallbackRow
from services.callback.calls.schemas.views import Callback
from services.callback.calls.service import reading
from services.callback.calls.service.desk import Call, CallDesk
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import changed
from shared.http.idempotency import Once, OnceOnly
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor

READ = "callback.read"


@dataclass(frozen=True, slots=True)
class Entry:
    """The door of a deed that does not depend on a version."""

    principal: Principal
    permission: str
    session: AsyncSession
    once: OnceOnly
    now: datetime


def entry(permission: str) -> Any:
    """The dependency of such a door: `Annotated[Entry, entry("callback.claim")]`."""
    guard = requires(permission)

    async def enter(principal: Annotated[Principal, guard], session: SessionDep, once: Once, now: Now) -> Entry:
        return Entry(principal, permission, session, once, now)

    return Depends(enter, scope="function")


def desk_of(request: Request) -> CallDesk:
    """The desk that the lifespan put on the application."""
    desk: CallDesk = request.app.state.call_desk
    return desk


def call_of(request: Request, door: StepDoor | Entry, callback_id: UUID) -> Call:
    """A call for one callback, with the rows that the permission reaches."""
    expected = door.expected_version if isinstance(door, StepDoor) else None
    scope = door.principal.scope(door.permission)
    return Call(door.session, door.principal, scope, desk_of(request), callback_id, expected, door.now)


async def take(call: Call, door: StepDoor, response: Response, step: Callable[[], Awaitable[CallbackRow]]) -> Callback:
    """Take the step once, and answer the callback to whoever took it."""
    replay = await door.claim(call.callback_id)
    scope = call.scope
    if replay is None:
        await step()
        scope = RowScope.everything(*scope.companies)
    row = await reading.read(door.session, call.callback_id, scope)
    return changed(response, Callback.model_validate(row), replay=replay)
