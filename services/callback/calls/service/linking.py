"""The link back: a fact of another service that names our event as its cause is what followed from the call."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import ConsequenceRow
from services.callback.calls.repository import callbacks
from shared.contracts.base import Routing


@dataclass(frozen=True, slots=True)
class Target:
    """What came of it, who works on it, and how it stands as of a version."""

    type: str
    """complaint, entry_finding …"""
    id: UUID
    number: str | None
    routing: Routing | None
    """None = whoever had it keeps it: the target is no work of theirs."""
    state: str | None
    version: int


async def link(
    session: AsyncSession,
    company: str,
    causation_id: UUID | None,
    target: Target,
    *,
    now: datetime,
    keeps_first: bool = False,
) -> bool:
    """Link the consequence that the event told of; whether there was one.

    `keeps_first`: of several that followed from it, the first one stays linked.
    """
    found = await callbacks.consequence_of(session, company, causation_id) if causation_id else None
    if found is None:
        return False
    if keeps_first and found.target_id is not None:
        return True
    found.state, found.linked_at = "linked", found.linked_at or now
    found.target_type, found.target_id, found.target_number = target.type, target.id, target.number
    await _follow(found, target, session)
    return True


async def follow(session: AsyncSession, company: str, target: Target) -> None:
    """It stands otherwise, or somebody else works on it now: they may read the customer's words."""
    for found in await callbacks.consequences_at(session, company, target.id):
        await _follow(found, target, session)


async def _follow(found: ConsequenceRow, target: Target, session: AsyncSession) -> None:
    if target.version >= found.target_version:
        if target.routing is not None:
            routing = target.routing
            found.owner_id, found.team, found.department = routing.owner_id, routing.team, routing.department
            found.posts = list(routing.posts)
        found.target_state, found.target_version = target.state, target.version
    await session.flush()
