"""What is known of the customer whom an authority would serve."""

from uuid import UUID

from services.complaint.cases.service.governing import Governing
from services.complaint.delegation.errors import LinkUnknownError
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.conditions import Standing
from services.complaint.delegation.service.call import AuthorityCall


async def standing_of(call: AuthorityCall, governing: Governing, customer_id: UUID | None) -> Standing:
    """Tier and tags; of somebody unknown the pack's default tier (design.md 3).  Raises: LinkUnknownError."""
    default = governing.policy.common.default_tier
    known = await repository.customer(call.session, customer_id) if customer_id else None
    if known is None:
        return Standing(default)
    if known.company != call.principal.company:
        raise LinkUnknownError.at_pointer("/customer_id")
    return Standing(known.tier or default, frozenset(known.tags))
