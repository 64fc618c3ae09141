"""Where somebody is missing, has left or serves too many, and how many each place allows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy_serving import Wanted
from services.customer.serving.repository import gaps
from services.customer.serving.repository.gaps import GapQuestion
from services.customer.serving.rules import GapKind
from services.customer.serving.service.terms import ServingTerms


def limits(terms: ServingTerms) -> dict[str, int]:
    """The maximum load by place, where the pack has one."""
    return {
        one.slot: one.max_load for tier in terms.tiers for _, one in terms.wanted_in(tier) if one.max_load is not None
    }


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that wants somebody."""

    tier_index: int
    tier: str
    customer_id: UUID
    slot: str
    name: str
    post: str
    kind: GapKind
    at_least: int
    present: int
    proposed: int
    staff_ids: tuple[UUID, ...]


async def missing(
    session: AsyncSession,
    company: str,
    terms: ServingTerms,
    *,
    tier: str | None,
    kind: GapKind | None,
    slot: str | None,
    customer_id: UUID | None,
    after: tuple[int, UUID, str] | None,
    limit: int,
) -> list[Gap]:
    """Gaps of a company, first tier first, then by customer and place."""
    found: list[Gap] = []
    for index, code in enumerate(terms.tiers):
        if (after is not None and index < after[0]) or tier not in {None, code} or len(found) >= limit:
            continue
        wanted = [_wanted(party, one) for party, one in terms.wanted_in(code)]
        if not wanted:
            continue
        from_key = (after[1], after[2]) if after is not None and index == after[0] else None
        asked = GapQuestion(
            company, code, wanted, kind.value if kind else None, slot, customer_id, from_key, limit - len(found)
        )
        found += [_gap(index, row) for row in await gaps.gaps(session, asked)]
    return found


def _wanted(party: str, one: Wanted) -> dict[str, Any]:
    return {
        "party": party,
        "slot": one.slot,
        "name": one.name,
        "post": one.post,
        "at_least": one.at_least,
        "max_load": one.max_load,
        "is_account_manager": one.is_account_manager,
        "kind": one.kind.value,
    }


def _gap(index: int, row: Any) -> Gap:
    return Gap(
        index,
        row["tier"],
        row["customer_id"],
        row["slot"],
        row["name"],
        row["post"],
        GapKind(row["gap"]),
        row["at_least"],
        row["present"],
        row["proposed"],
        tuple(row["staff_ids"]),
    )
