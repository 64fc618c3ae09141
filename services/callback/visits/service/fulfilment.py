"""How much of the plan was fulfilled: an indicator by tier and providing post (domain.md 3; sla.md 15, 18)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.visits.repository import figures
from shared.sla.periods import Period


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Of the visits that fell due in a period: made in time, judged, still open; started ones counted apart."""

    tier: str
    post: str
    numerator: int
    denominator: int
    unanswered: int
    untargeted: int


async def plan_fulfilment(session: AsyncSession, companies: Sequence[str], period: Period) -> list[Fulfilment]:
    """The figure for each tier and post; excused cancellations are in none of the counts."""
    rows = await figures.fulfilment(session, companies, period.from_at, period.until_at)
    return [
        Fulfilment(row.tier, row.provider_post, row.kept, row.judged, row.open, row.untargeted)
        for row in rows
        if row.judged or row.open or row.untargeted
    ]
