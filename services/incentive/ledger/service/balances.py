"""What a subject stands at in a month or a year: one look at the balance rows, however long the ledger is."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.repository import balances
from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Unit
from services.incentive.ledger.rules.figures import SubjectBalance, SumLine
from services.incentive.ledger.rules.months import last_instant, start_of
from services.incentive.policy import IncentiveGovernances
from shared.jobs.schedules import CIVIL_TIME
from shared.policy.book import PolicyNotFoundError


async def of(
    session: AsyncSession,
    company: str,
    subject: LedgerSubject,
    period: str,
    *,
    governances: IncentiveGovernances | None = None,
) -> SubjectBalance:
    """A subject in a month (`2026-11`) or a year (`2026`).

    What the period began with was frozen when its month was drafted; before that, `governances` tells it by the pack.
    """
    return (await of_all(session, company, (subject,), period, governances=governances))[subject]


async def of_all(
    session: AsyncSession,
    company: str,
    subjects: Collection[LedgerSubject],
    period: str,
    *,
    governances: IncentiveGovernances | None = None,
) -> dict[LedgerSubject, SubjectBalance]:
    """The same of many at once."""
    figures = await balances.of_all(session, company, subjects, period)
    opening = await _opening(session, company, period, governances)
    return {
        one: SubjectBalance(one, period, figures[one], {} if one.kind is AccountKind.CUSTOMER else opening)
        for one in subjects
    }


async def sums(
    session: AsyncSession, company: str, period: str, *, by: str, departments: Sequence[str] | None = None
) -> list[SumLine]:
    """By `department`, `team` or `company`; `departments` limits what is added up."""
    return await balances.sums(session, company, period, by, departments=departments)


async def trial(session: AsyncSession, company: str, period: str) -> list[SumLine]:
    """By kind of account; per unit the nets add up to zero."""
    return await balances.trial(session, company, period)


async def _opening(
    session: AsyncSession, company: str, period: str, governances: IncentiveGovernances | None
) -> dict[Unit, int]:
    month_points, year_points = await balances.opening(session, company, period)
    if governances is not None and year_points is None:
        month_points, year_points = _by_the_pack(company, period, governances)
    if len(period) == 4:
        return {} if year_points is None else {Unit.YEAR_POINTS: year_points}
    return {} if month_points is None else {Unit.POINTS: month_points}


def _by_the_pack(company: str, period: str, governances: IncentiveGovernances) -> tuple[int, int] | tuple[None, None]:
    first = period if len(period) > 4 else f"{period}-01"
    for at in (start_of(first, CIVIL_TIME), last_instant(period, CIVIL_TIME)):
        try:
            terms = governances.in_force(company, at).chapter.ledger
        except PolicyNotFoundError:
            continue
        return terms.month_points, terms.year_points
    return None, None
