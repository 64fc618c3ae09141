"""A confirmed proposal becomes a case."""

from uuid import UUID

from services.incentive.proposals.rules.amounts import Amounts
from services.incentive.proposals.service.work import ProposalWork


async def open_case_of(work: ProposalWork, amounts: Amounts, *, actor: UUID) -> UUID:
    """Wired when services/incentive/cases stands (today)."""
    raise NotImplementedError
