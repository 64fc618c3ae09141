"""What the callback service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.indicators import repository
from services.callback.indicators.models import FREEZES
from services.callback.indicators.rules import PERIOD_RULES, Figure
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import Governances
from services.callback.quality.service.figures import call_quality
from services.callback.supervision.service.reading import on_time
from services.callback.surveys.service.figures import satisfaction_by_tier
from services.callback.visits.service.fulfilment import Fulfilment, plan_fulfilment
from shared.contracts.indicators import Indicator
from shared.figures.asking import Dimension, FigureAsk
from shared.figures.closing import OwnFigures
from shared.figures.counts import Count, Ratio, named_by, shown

DIMENSIONS = (Dimension.TIER, Dimension.CATEGORY, Dimension.DEPARTMENT)
"""Category is the kind of business that was called back, of an opinion its kind."""


def figures(governances: Governances) -> OwnFigures[CallbackChapter]:
    """Asked for at the door, closed by the daily job."""
    return OwnFigures(FREEZES, CHAPTER, CallbackChapter, DIMENSIONS, partial(live, governances))


async def live(
    governances: Governances, session: AsyncSession, ask: FigureAsk, chapter: CallbackChapter, dimension: Dimension
) -> list[Indicator]:
    """The figures as they stand, of one dimension."""
    as_of = min(ask.now, ask.period.until_at)
    counts = await _of_calls(session, ask, dimension, as_of)
    counts += await _shares(session, ask, dimension)
    counts += await _opinions(session, ask, dimension, as_of)
    if dimension is Dimension.TIER:
        counts += await _by_tier_only(session, governances, ask, as_of)
    named = named_by(chapter.indicators)
    return [
        shown(dimension, one, named, rule=PERIOD_RULES[Figure(one.figure)]) for one in counts if one.figure in named
    ]


async def _of_calls(session: AsyncSession, ask: FigureAsk, dimension: Dimension, as_of: datetime) -> list[Count]:
    counts = []
    period = ask.period
    for row in await repository.calls(
        session, ask.company, dimension.value, period.from_at, period.until_at, now=as_of
    ):
        counts += [
            Count(Figure.IN_WINDOW, row.value, row.in_window, row.due, unanswered=row.open),
            Count(Figure.REACHED, row.value, row.reached, row.called),
            Count(Figure.SATISFIED, row.value, row.satisfied, row.answered, unanswered=row.unanswered),
        ]
    return counts


async def _shares(session: AsyncSession, ask: FigureAsk, dimension: Dimension) -> list[Count]:
    rows = await repository.shares(session, ask.company, ask.period.from_at, ask.period.until_at)
    if dimension is Dimension.TIER:
        return [
            Count(
                Figure.SHARE,
                row.tier,
                row.drawn,
                row.seen,
                part=row.business,
                ratio=Ratio(row.numerator, row.denominator),
            )
            for row in rows
        ]
    if dimension is not Dimension.CATEGORY:
        return []
    drawn, seen = Counter[str](), Counter[str]()
    for row in rows:
        drawn[row.business] += row.drawn
        seen[row.business] += row.seen
    return [Count(Figure.SHARE, business, drawn[business], seen[business]) for business in sorted(seen)]


async def _opinions(session: AsyncSession, ask: FigureAsk, dimension: Dimension, as_of: datetime) -> list[Count]:
    period = ask.period
    rows = await repository.opinions(session, ask.company, dimension.value, period.from_at, period.until_at, now=as_of)
    return [Count(Figure.OPINIONS_ON_TIME, row.value, row.kept, row.due, row.untargeted, row.open) for row in rows]


async def _by_tier_only(
    session: AsyncSession, governances: Governances, ask: FigureAsk, as_of: datetime
) -> list[Count]:
    period, company = ask.period, ask.company
    counts = [
        Count(
            Figure.SURVEY_SATISFIED,
            one.tier,
            one.numerator,
            one.denominator,
            one.untargeted,
            one.unanswered,
            at_least=one.target_at_least,
        )
        for one in await satisfaction_by_tier(session, [company], period.name)
    ]
    counts += _visits(await plan_fulfilment(session, [company], period))
    for quality in await call_quality(session, governances, company, period.from_at, period.until_at):
        counts.append(Count(Figure.CALL_QUALITY, quality.tier, quality.numerator, quality.denominator))
    outside = await on_time(session, company, period.from_at, period.until_at, now=as_of)
    if outside.denominator or outside.untargeted or outside.unanswered:
        figures = (outside.numerator, outside.denominator, outside.untargeted, outside.unanswered)
        counts.append(Count(Figure.SUPERVISION_ON_TIME, None, *figures))
    return counts


def _visits(parts: Sequence[Fulfilment]) -> list[Count]:
    """The fulfilment of each tier, over the posts that provide it."""
    return [
        Count(
            Figure.VISITS_FULFILLED,
            tier,
            numerator=sum(part.numerator for part in parts if part.tier == tier),
            denominator=sum(part.denominator for part in parts if part.tier == tier),
            untargeted=sum(part.untargeted for part in parts if part.tier == tier),
            unanswered=sum(part.unanswered for part in parts if part.tier == tier),
        )
        for tier in sorted({part.tier for part in parts})
    ]
