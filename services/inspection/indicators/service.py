"""What the inspection service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.service import figures as improvement
from services.inspection.indicators import repository
from services.inspection.indicators.models import FREEZES
from services.inspection.indicators.rules import DIMENSIONS, PERIOD_RULES, Figure, Portion, broken_down
from services.inspection.notices.service import figures as notices
from services.inspection.policy import CHAPTER, InspectionChapter
from services.inspection.programme.service import figures as programme
from shared.contracts.indicators import Indicator
from shared.figures.asking import Dimension, FigureAsk
from shared.figures.closing import OwnFigures
from shared.figures.counts import named_by, shown


async def live(
    session: AsyncSession, ask: FigureAsk, chapter: InspectionChapter, dimension: Dimension
) -> list[Indicator]:
    """The figures as they stand, of one dimension."""
    since, until = ask.period.from_at, min(ask.now, ask.period.until_at)
    portions = [
        *await _programme(session, ask.company, since, until),
        *await _found(session, ask.company, since, ask.period.until_at),
        *await _rectified(session, ask.company, since, until),
        *await _network(session, ask.company, since, until),
        *await _improvement(session, ask.company, since, until),
    ]
    named = named_by(chapter.indicators)
    counts = [one for one in broken_down(portions, dimension) if one.figure in named]
    return [shown(dimension, one, named, rule=PERIOD_RULES[Figure(one.figure)]) for one in counts]


FIGURES = OwnFigures(FREEZES, CHAPTER, InspectionChapter, DIMENSIONS, live)
"""Asked for at the door, closed by the daily job."""


async def _programme(session: AsyncSession, company: str, since: datetime, until: datetime) -> list[Portion]:
    """Plans approved and inspections held in time, of those that were due."""
    held = await programme.fulfilment(session, [company], since, until)
    approved = await programme.plan_fulfilment(session, [company], since, until)
    inspections = [
        Portion(Figure.INSPECTIONS, one.department, one.level, one.done_in_time, one.planned - one.open, 0, one.open)
        for one in held
    ]
    plans = [Portion(Figure.PLANS, one.department, one.level, one.approved_in_time, one.planned) for one in approved]
    return inspections + plans


async def _found(session: AsyncSession, company: str, since: datetime, until: datetime) -> list[Portion]:
    """Findings by clause, and those that repeat one."""
    portions = []
    for department, clause, found, repeated in await repository.findings(session, company, since, until):
        portions.append(Portion(Figure.FINDINGS, department, clause, found, found))
        portions.append(Portion(Figure.RECURRENT, department, clause, repeated, found))
    return portions


async def _rectified(session: AsyncSession, company: str, since: datetime, until: datetime) -> list[Portion]:
    """Notices rectified on time, of those whose first deadline was then."""
    return [
        Portion(Figure.RECTIFIED, one.department, one.severity, one.in_time, one.judged, 0, one.open)
        for one in await notices.figures(session, [company], since, until)
    ]


async def _network(session: AsyncSession, company: str, since: datetime, until: datetime) -> list[Portion]:
    """Observations of social supervisors answered on time."""
    found = await repository.observations(session, company, since, until, now=until)
    return [Portion(Figure.OBSERVATIONS, *one) for one in found]


async def _improvement(session: AsyncSession, company: str, since: datetime, until: datetime) -> list[Portion]:
    """Improvements done, trainings and meetings held in time, of those that were due."""
    portions = [
        Portion(Figure.IMPROVEMENTS, one.department, None, one.done_in_time, one.planned)
        for one in await improvement.plan_fulfilment(session, [company], since, until)
    ]
    for one in await improvement.gatherings(session, [company], since, until):
        judged = one.owed - one.open
        portions.append(Portion(Figure.GATHERINGS, one.department, one.kind, one.held_in_time, judged, 0, one.open))
    return portions
