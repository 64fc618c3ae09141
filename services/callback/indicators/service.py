"""What the callback service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.indicators import repository
from services.callback.indicators.rules import PERIOD_RULES, Count, Figure, Ratio
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import Governances
from services.callback.quality.service.figures import call_quality
from services.callback.supervision.service.reading import on_time
from services.callback.surveys.service.figures import satisfaction_by_tier
from services.callback.visits.service.fulfilment import Fulfilment, plan_fulfilment
from shared.contracts.indicators import Bound, Indicator
from shared.http.figures import Dimension, FigureAsk
from shared.policy.book import PolicyNotFoundError
from shared.policy.commitments import IndicatorRule

DIMENSIONS = (Dimension.TIER, Dimension.CATEGORY, Dimension.DEPARTMENT)
"""Category is the kind of business that was called back, of an opinion its kind."""


async def report(
    session: AsyncSession, governances: Governances, ask: FigureAsk, of_clocks: Sequence[Indicator]
) -> list[Indicator]:
    """The figures of the clocks and those of this service; other dimensions than `DIMENSIONS` have none."""
    if ask.dimension not in DIMENSIONS:
        return list(of_clocks)
    try:
        chapter = ask.policy.chapter_as(CHAPTER, CallbackChapter)
    except PolicyNotFoundError:  # no regulation was in force then
        return list(of_clocks)
    if ask.is_over:
        kept = await closed(session, governances, ask, chapter)
        return [*of_clocks, *(Indicator.model_validate(one) for one in kept.get(ask.dimension.value, []))]
    return [*of_clocks, *await live(session, governances, ask, chapter, ask.dimension)]


async def closed(
    session: AsyncSession, governances: Governances, ask: FigureAsk, chapter: CallbackChapter
) -> dict[str, Any]:
    """The figures of a period that is over, by dimension; it is closed now if nobody has done so yet."""
    found = await repository.frozen(session, ask.company, ask.period.name)
    if found is None:
        figures = {
            dimension.value: [
                one.model_dump(mode="json") for one in await live(session, governances, ask, chapter, dimension)
            ]
            for dimension in DIMENSIONS
        }
        await repository.freeze(
            session,
            company=ask.company,
            period=ask.period.name,
            policy_version=chapter.version,
            figures=figures,
            frozen_at=ask.now,
        )
        found = await repository.frozen(session, ask.company, ask.period.name)
    if found is None:
        raise RuntimeError("the period was closed and is not")
    return found.figures


async def live(
    session: AsyncSession, governances: Governances, ask: FigureAsk, chapter: CallbackChapter, dimension: Dimension
) -> list[Indicator]:
    """The figures as they stand, of one dimension."""
    as_of = min(ask.now, ask.period.until_at)
    counts = await _of_calls(session, ask, dimension, as_of)
    counts += await _shares(session, ask, dimension)
    counts += await _opinions(session, ask, dimension, as_of)
    if dimension is Dimension.TIER:
        counts += await _by_tier_only(session, governances, ask, as_of)
    named = {rule.figure: (code, rule) for code, rule in chapter.indicators.items() if rule.figure is not None}
    return [_shown(dimension, one, named) for one in counts if one.figure in named]


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
                business=row.business,
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


def _shown(dimension: Dimension, count: Count, named: dict[str, tuple[str, IndicatorRule]]) -> Indicator:
    code, rule = named[count.figure]
    is_by_tier = dimension is Dimension.TIER
    target, is_met = _judged(count, rule, is_by_tier=is_by_tier)
    return Indicator(
        code=f"{count.figure}.{count.business}" if count.business else count.figure,
        tier=count.value if is_by_tier else None,
        dimension=None if is_by_tier else dimension.value,
        value=None if is_by_tier else count.value,
        numerator=count.numerator,
        denominator=count.denominator,
        untargeted=count.untargeted,
        unanswered=count.unanswered,
        indicator=code,
        name=rule.name,
        formula=rule.formula,
        clause=rule.clause,
        rule=PERIOD_RULES[count.figure],
        target=target,
        is_target_met=is_met,
    )


def _judged(count: Count, rule: IndicatorRule, *, is_by_tier: bool) -> tuple[Bound | None, bool | None]:
    """The target and whether it is reached: the draw's ratio, the figure's own, or the indicator's for the tier."""
    if count.ratio is not None:
        kept = count.ratio.is_kept(count.numerator, count.denominator)
        return Bound(at_least=float(count.ratio.percent())), kept if count.denominator else None
    if count.at_least is not None:
        met = 100 * count.numerator >= count.at_least * count.denominator
        return Bound(at_least=float(count.at_least)), met if count.denominator else None
    goal = rule.targets.get(count.value or "") if is_by_tier else None
    if goal is None:
        return None, None
    low, high = (None if bound is None else float(bound) for bound in (goal.at_least, goal.at_most))
    return Bound(at_least=low, at_most=high), goal.is_met(count.numerator, count.denominator)
