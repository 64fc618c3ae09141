"""What the incentive service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.indicators import repository
from services.incentive.indicators.models import FREEZES
from services.incentive.indicators.rules import DIMENSIONS, MEANS, PERIOD_RULES, Figure, Portion, Where, broken_down
from services.incentive.ledger.rules.months import month_of, next_month
from services.incentive.policy import CHAPTER, IncentiveChapter
from services.incentive.proposals.rules.states import ProposalState
from shared.contracts.indicators import Indicator
from shared.figures.asking import Dimension, FigureAsk
from shared.figures.closing import OwnFigures
from shared.figures.counts import named_by, shown
from shared.jobs.schedules import CIVIL_TIME
from shared.sla.periods import Period


async def live(
    session: AsyncSession, ask: FigureAsk, chapter: IncentiveChapter, dimension: Dimension
) -> list[Indicator]:
    """The figures as they stand, of one dimension."""
    portions = [
        *await _proposals(session, ask),
        *await _cases(session, ask),
        *await _points(session, ask, chapter),
    ]
    named = named_by(chapter.indicators)
    counts = [one for one in broken_down(portions, dimension) if one.figure in named]
    figures = [shown(dimension, one, named, rule=PERIOD_RULES[Figure(one.figure)]) for one in counts]
    return [one.model_copy(update={"per": 1}) if one.code in MEANS else one for one in figures]


FIGURES = OwnFigures(FREEZES, CHAPTER, IncentiveChapter, DIMENSIONS, live)
"""Asked for at the door, closed by the daily job."""


def months_of(period: Period) -> list[str]:
    """The months that a period is made of; a week is made of none."""
    if "W" in period.name:
        return []
    months, end = [month_of(period.from_at, CIVIL_TIME)], month_of(period.until_at, CIVIL_TIME)
    while (following := next_month(months[-1])) < end:
        months.append(following)
    return months


async def _proposals(session: AsyncSession, ask: FigureAsk) -> list[Portion]:
    """By clause and source; confirmed of the decided; each in one outcome; minutes from the draft to the decision."""
    since, until = ask.period.from_at, ask.period.until_at
    portions = []
    for where, outcomes in await repository.proposals(session, ask.company, since, until):
        drafted, confirmed = sum(outcomes.values()), outcomes[ProposalState.CONFIRMED]
        decided = confirmed + outcomes[ProposalState.DISMISSED]
        portions.append(Portion(Figure.PROPOSALS, where, drafted, drafted))
        portions.append(Portion(Figure.CONFIRMED, where, confirmed, decided, outcomes[ProposalState.DRAFTED]))
        for state, number in outcomes.items():
            portions.append(Portion(Figure.OUTCOME, where, number, drafted, part=state.value))
    for where, minutes, decided in await repository.decisions(session, ask.company, since, until):
        portions.append(Portion(Figure.MINUTES, where, minutes, decided))
    return portions


async def _cases(session: AsyncSession, ask: FigureAsk) -> list[Portion]:
    """Minutes from the opening to the last signature; reversals of the period over the effects of the period."""
    since, until = ask.period.from_at, ask.period.until_at
    signed = await repository.signed(session, ask.company, since, until)
    effects = await repository.effects(session, ask.company, since, until)
    return [
        *(Portion(Figure.SIGNING, where, minutes, number) for where, minutes, number in signed),
        *(Portion(Figure.OVERTURNED, where, fell, effective) for where, effective, fell in effects),
    ]


async def _points(session: AsyncSession, ask: FigureAsk, chapter: IncentiveChapter) -> list[Portion]:
    """What each department lost of the points that its months began with; below nought where it gained.

    A line belongs to the period in which it was written (`posted_at`), not to the ledger month that it is of: that
    month stays open after its end.  Months that have not begun have no points to lose.
    """
    begun = [one for one in months_of(ask.period) if one <= month_of(ask.now, CIVIL_TIME)]
    net = await repository.points(session, ask.company, ask.period.from_at, ask.period.until_at)
    opening = chapter.ledger.month_points * len(begun)
    departments = ask.policy.common.departments if opening else ()
    return [Portion(Figure.POINTS, Where(code), -net.get(code, 0), opening) for code in departments]
