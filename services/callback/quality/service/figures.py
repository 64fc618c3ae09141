"""The indicator of the quality of calls; a service function for the feature that reports figures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governances
from services.callback.quality.repository import reviews
from services.callback.quality.rules.cards import Total
from services.callback.quality.service.desk import governing_of


@dataclass(frozen=True, slots=True)
class QualityFigure:
    """Good calls of reviewed ones, of one tier; by the pass mark of the revision that governed each call."""

    tier: str
    numerator: int
    denominator: int
    fatal: int


async def call_quality(
    session: AsyncSession, governances: Governances, company: str, from_at: datetime, until_at: datetime
) -> list[QualityFigure]:
    """Reviewed calls whose score came to stand in the period: `numerator` reached the pack's mark, by tier."""
    counts: dict[str, list[int]] = {}
    for row in await reviews.settled(session, company, from_at, until_at):
        total = Total(row.points or 0, row.out_of or 1, bool(row.is_fatal))
        mark = governing_of(governances, row).chapter.quality.pass_mark
        count = counts.setdefault(row.tier, [0, 0, 0])
        count[0] += not total.is_fatal and total.share >= mark
        count[1] += 1
        count[2] += total.is_fatal
    return [QualityFigure(tier, *count) for tier, count in sorted(counts.items())]
