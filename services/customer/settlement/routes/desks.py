"""What the doors have in common: the desk of the caller, and the door of a new line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.settlement.service.work import Desk
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.idempotency import Once
from shared.http.idempotency_store import Replay
from shared.http.session import SessionDep
from shared.ids import new_id

WRITE = "settlement.write"


def desk_of(request: Request, principal: Principal, session: AsyncSession, now: datetime, permission: str) -> Desk:
    """The desk of whoever asks."""
    return Desk(
        session=session,
        company=principal.company,
        policy=request.app.state.runtime.policy.policy(principal.company, now),
        now=now,
        actor=principal.actor,
        staff_id=principal.staff_id,
        person=principal,
        reach=principal.scope(permission),
    )


@dataclass(frozen=True, slots=True)
class LineDoor:
    """Who enters a line, under which id; `replay` names the line that the key had made before."""

    desk: Desk
    row_id: UUID
    replay: Replay | None


async def _enter(
    request: Request, principal: Annotated[Principal, requires(WRITE)], once: Once, session: SessionDep, now: Now
) -> LineDoor:
    row_id = new_id()
    replay = await once.claim(session, resource_id=row_id, now=now)
    desk = desk_of(request, principal, session, now, WRITE)
    return LineDoor(desk, replay.resource_id if replay else row_id, replay)


Entering = Annotated[LineDoor, Depends(_enter, scope="function")]
