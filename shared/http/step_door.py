"""The door of a transition: who, which version, under which key, in which transaction, when – in one dependency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch
from shared.http.idempotency import Once, OnceOnly
from shared.http.idempotency_store import Replay
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

    async def claim(self, row_id: UUID) -> Replay | None:
        """Take the step on a row under its key: what was answered before, or None where it is the caller's to take."""
        return await self.once.claim(
            self.session, resource_id=row_id, version=self.expected_version + 1, status=200, now=self.now
        )


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
