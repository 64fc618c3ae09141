"""Supply continuity: 1 − customer-hours lost / customer-hours, per tier and period (domain.md 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.supply import repository
from shared.policy.book import Policy


async def continuity(
    session: AsyncSession, policy: Policy, *, from_at: datetime, until_at: datetime, now: datetime
) -> Sequence[Mapping[str, Any]]:
    """Tier, numerator and denominator in customer-minutes, as it stands at `now`."""
    terms = policy.chapter_as(CHAPTER, CustomerChapter).supply
    return await repository.continuity(
        session,
        policy.company,
        from_at=from_at,
        until_at=until_at,
        as_of=now,
        with_planned=terms.is_planned_counted,
    )
