"""What a survey comes to: live while it is in the field, what was frozen once it is closed (sla.md 18)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governing
from services.callback.surveys.models import SurveyRow
from services.callback.surveys.repository import results as repository
from services.callback.surveys.repository import surveys
from services.callback.surveys.rules.results import TierResult
from services.callback.surveys.rules.states import SurveyState
from services.callback.surveys.service.desk import SurveyDesk, governing_of
from shared.access.scope import RowScope

_QUARTER = re.compile(r"\d{4}-Q[1-4]")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Results:
    """A survey with the results of its tiers."""

    row: SurveyRow
    tiers: Sequence[TierResult]
    least_answers: int

    @property
    def is_frozen(self) -> bool:
        """Whether the results stay as they are."""
        return self.row.state == SurveyState.CLOSED


@dataclass(frozen=True, slots=True)
class TierSatisfaction:
    """Satisfaction of one tier in a period, for the indicators; `quarters` are those that were surveyed."""

    company: str
    tier: str
    numerator: int
    """Satisfied."""
    denominator: int
    """Who answered the overall question."""
    untargeted: int
    """Of the denominator: in quarters for which the tier had no target."""
    unanswered: int
    """Sampled and without an answer to it."""
    target_at_least: Decimal | None
    """Percent, of the last quarter that had one."""
    quarters: tuple[str, ...]
    is_frozen: bool


async def live(session: AsyncSession, row: SurveyRow, governing: Governing) -> list[TierResult]:
    """What the rows say now."""
    return await repository.live(session, row.id, row.confidence, sorted(governing.chapter.surveys.dimensions))


async def results(session: AsyncSession, desk: SurveyDesk, survey_id: UUID, scope: RowScope) -> Results:
    """The results of a survey of the scope; one without a sample has none.  Raises: SurveyNotFoundError."""
    row = await surveys.get(session, survey_id, scope)
    governing = governing_of(desk, row)
    if row.state == SurveyState.CLOSED:
        tiers = await repository.frozen(session, row.id)
    else:
        tiers = await live(session, row, governing)
    return Results(row, tiers, governing.chapter.surveys.least_answers)


async def satisfaction_by_tier(session: AsyncSession, companies: Sequence[str], period: str) -> list[TierSatisfaction]:
    """Satisfied of those who answered, by company and tier, in a quarter or year; other periods have none."""
    if _QUARTER.fullmatch(period):
        quarters = [period]
    elif _YEAR.fullmatch(period):
        quarters = [f"{period}-Q{number}" for number in range(1, 5)]
    else:
        return []
    states = (SurveyState.FIELDING.value, SurveyState.CLOSED.value)
    found: dict[tuple[str, str], list[tuple[SurveyRow, TierResult]]] = {}
    for row in await surveys.of_periods(session, companies, quarters, states):
        is_closed = row.state == SurveyState.CLOSED
        tiers = (
            await repository.frozen(session, row.id)
            if is_closed
            else await repository.live(session, row.id, row.confidence, ())
        )
        for one in tiers:
            found.setdefault((row.company, one.tier), []).append((row, one))
    return [_summed(company, tier, parts) for (company, tier), parts in sorted(found.items())]


def _summed(company: str, tier: str, parts: Sequence[tuple[SurveyRow, TierResult]]) -> TierSatisfaction:
    tiers = [one for _, one in parts]
    targets = [one.target_at_least for one in tiers if one.target_at_least is not None]
    return TierSatisfaction(
        company=company,
        tier=tier,
        numerator=sum(one.satisfied for one in tiers),
        denominator=sum(one.rated for one in tiers),
        untargeted=sum(one.rated for one in tiers if one.target_at_least is None),
        unanswered=sum(one.unanswered for one in tiers),
        target_at_least=targets[-1] if targets else None,
        quarters=tuple(row.period for row, _ in parts),
        is_frozen=all(row.state == SurveyState.CLOSED for row, _ in parts),
    )
