"""The door of a transition: who, which version, under which key, in which transaction, when – in one dependency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch
from shared.http.idempotency import Once, OnceOnly
from shared.http.session import SessionDep


@dataclass(frozen=True, slots=True)
class StepDoor:
    """What every transition of every resource asks for."""

    principal: Principal
    permission: str
    once: OnceOnly
    expected_version: int
    session: AsyncSession
    now: datetime


def step_door(permission: str) -> Any:
    """The dependency of a transition, as `Annotated[StepDoor, step_door("complaint.acknowledge")]`.

    Raises: KeyError at import if the permission has no row in the table.
    """
    guard = requires(permission)

    async def enter(
        principal: Annotated[Principal, guard], once: Once, if_match: IfMatch, session: SessionDep, now: Now
    ) -> StepDoor:
        return StepDoor(principal, permission, once, if_match, session, now)

    return Depends(enter, scope="function")
