"""The counts of a survey: live from the rows, frozen once it is closed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.models import ResultRow, ScoreRow
from services.callback.surveys.rules.results import Interval, Score, TierResult, wilson
from shared.ids import new_id

_COUNTS = text("""
select s.tier, s.population, s.sampled, s.target_at_least,
  (select count(*) from survey_invitations i
   where i.survey_id = s.survey_id and i.tier = s.tier and i.invited_at is not null) as invited,
  count(r.id) as responded, count(r.is_satisfied) as rated, count(*) filter (where r.is_satisfied) as satisfied
from survey_strata s left join survey_responses r on r.survey_id = s.survey_id and r.tier = s.tier
where s.survey_id = :survey_id
group by s.survey_id, s.tier, s.population, s.sampled, s.target_at_least
order by s.tier
""")
_SCORES = text("""
select r.tier, a.dimension, count(a.score) as answered, count(*) - count(a.score) as unanswered,
  coalesce(sum(a.score), 0) as total
from survey_answers a join survey_responses r on r.id = a.response_id
where a.survey_id = :survey_id and a.dimension is not null
group by r.tier, a.dimension
""")
_FROZEN = text("""
select r.tier, r.population, r.sampled, r.invited, r.responded, r.rated, r.satisfied, r.lower_percent,
  r.upper_percent, s.target_at_least
from survey_results r join survey_strata s on s.survey_id = r.survey_id and s.tier = r.tier
where r.survey_id = :survey_id
order by r.tier
""")


async def live(session: AsyncSession, survey_id: UUID, confidence: int, dimensions: Sequence[str]) -> list[TierResult]:
    """What the rows say now; a dimension that nobody was asked about yet stands with zeros."""
    scores = {
        (row.tier, row.dimension): Score(row.dimension, row.answered, row.unanswered, row.total)
        for row in await session.execute(_SCORES, {"survey_id": survey_id})
    }
    return [
        TierResult(
            tier=row.tier,
            population=row.population,
            sampled=row.sampled,
            invited=row.invited,
            responded=row.responded,
            rated=row.rated,
            satisfied=row.satisfied,
            interval=wilson(row.satisfied, row.rated, confidence),
            target_at_least=row.target_at_least,
            scores=[scores.get((row.tier, one), Score(one, 0, 0, 0)) for one in dimensions],
        )
        for row in await session.execute(_COUNTS, {"survey_id": survey_id})
    ]


async def freeze(session: AsyncSession, company: str, survey_id: UUID, results: Sequence[TierResult]) -> None:
    """Keep the results for ever."""
    for one in results:
        interval = one.interval
        session.add(
            ResultRow(
                id=new_id(),
                company=company,
                survey_id=survey_id,
                tier=one.tier,
                population=one.population,
                sampled=one.sampled,
                invited=one.invited,
                responded=one.responded,
                rated=one.rated,
                satisfied=one.satisfied,
                lower_percent=interval.lower if interval else None,
                upper_percent=interval.upper if interval else None,
            )
        )
        session.add_all(
            ScoreRow(
                id=new_id(),
                company=company,
                survey_id=survey_id,
                tier=one.tier,
                dimension=score.dimension,
                answered=score.answered,
                unanswered=score.unanswered,
                total=score.total,
            )
            for score in one.scores
        )
    await session.flush()


async def frozen(session: AsyncSession, survey_id: UUID) -> list[TierResult]:
    """What was kept when the survey was closed."""
    kept = await session.scalars(
        select(ScoreRow).where(ScoreRow.survey_id == survey_id).order_by(ScoreRow.tier, ScoreRow.dimension)
    )
    scores: dict[str, list[Score]] = {}
    for row in kept:
        scores.setdefault(row.tier, []).append(Score(row.dimension, row.answered, row.unanswered, row.total))
    return [
        TierResult(
            tier=row.tier,
            population=row.population,
            sampled=row.sampled,
            invited=row.invited,
            responded=row.responded,
            rated=row.rated,
            satisfied=row.satisfied,
            interval=None if row.lower_percent is None else Interval(row.lower_percent, row.upper_percent),
            target_at_least=row.target_at_least,
            scores=scores.get(row.tier, []),
        )
        for row in await session.execute(_FROZEN, {"survey_id": survey_id})
    ]
