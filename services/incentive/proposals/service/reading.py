"""Reading proposals and the catalogue in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.repository.proposals import Sight
from services.incentive.proposals.service.work import READ, sight
from shared.access.principal import Principal


async def read(session: AsyncSession, proposal_id: UUID, seen: Sight) -> ProposalRow:
    """One that is seen.  Raises: ProposalNotFoundError."""
    return await proposals.get(session, proposal_id, seen)


async def page(
    session: AsyncSession,
    seen: Sight,
    equal: Mapping[str, object],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[ProposalRow]:
    """Newest first."""
    return await proposals.page(session, seen, equal, since=since, until=until, before=before, limit=limit)


async def find(session: AsyncSession, company: str, proposal_id: UUID) -> ProposalRow | None:
    """One of the company, for other features."""
    return await proposals.find(session, company, proposal_id)


async def ensure_readable(session: AsyncSession, principal: Principal, proposal_id: UUID) -> None:
    """For the clocks' own doors.  Raises: ProposalNotFoundError."""
    await proposals.get(session, proposal_id, sight(principal, READ))


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether a proposal that the person sees rests on the file."""
    if not principal.allows(READ):
        return False
    return await proposals.names_file(session, sight(principal, READ), file_id)
