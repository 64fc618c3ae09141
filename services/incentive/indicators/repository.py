"""Every SQL statement of the figures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, case, cast, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.rules.states import CaseState
from services.incentive.indicators.rules import Where
from services.incentive.ledger.models import LedgerEntryRow
from services.incentive.ledger.rules import AccountKind, Side, Unit
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.rules.states import ProposalState, Withdrawal

Outcomes = Mapping[ProposalState, int]
"""How many proposals stand in each state; every state is named."""
DECIDED = (ProposalState.CONFIRMED.value, ProposalState.DISMISSED.value)


async def proposals(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[Where, Outcomes]]:
    """Drafted in the period, by department, clause and source: how many stand in each state.

    What stood back behind another one of its matter is not counted again.
    """
    row = ProposalRow
    statement = (
        select(
            row.department,
            row.provision,
            row.source,
            *(func.count().filter(row.state == one.value) for one in ProposalState),
        )
        .where(
            row.company == company,
            row.drafted_at >= since,
            row.drafted_at < until,
            row.withdrawn_for.is_distinct_from(Withdrawal.SAME_MATTER.value),
        )
        .group_by(row.department, row.provision, row.source)
    )
    found = (await session.execute(statement)).all()
    return [(Where(*one[:3]), dict(zip(ProposalState, one[3:], strict=True))) for one in found]


async def decisions(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[Where, int, int]]:
    """Decided in the period, by department, clause and source: natural minutes since the drafts, and how many."""
    row = ProposalRow
    statement = (
        select(row.department, row.provision, row.source, _minutes(row.drafted_at, row.decided_at), func.count())
        .where(
            row.company == company,
            row.decided_at >= since,
            row.decided_at < until,
            row.state.in_(DECIDED),
        )
        .group_by(row.department, row.provision, row.source)
    )
    return [(Where(one[0], one[1], one[2]), one[3], one[4]) for one in (await session.execute(statement)).all()]


async def signed(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[Where, int, int]]:
    """Cases with their last signature in the period, by department, clause and source: minutes since they were opened,
    and how many.
    """
    row = IncentiveCaseRow
    statement = (
        select(row.department, row.provision, row.source, _minutes(row.opened_at, row.decided_at), func.count())
        .where(row.company == company, row.decided_at >= since, row.decided_at < until)
        .group_by(row.department, row.provision, row.source)
    )
    return [(Where(one[0], one[1], one[2]), one[3], one[4]) for one in (await session.execute(statement)).all()]


async def effects(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[Where, int, int]]:
    """By department, clause and source: cases that first took effect in the period, and those reversed in it.

    Both moments stay what they are, so that a closed period answers right though a case falls later.
    """
    row = IncentiveCaseRow
    took_effect = and_(row.effective_at >= since, row.effective_at < until)
    fell = and_(row.state == CaseState.REVERSED.value, row.ended_at >= since, row.ended_at < until)
    statement = (
        select(row.department, row.provision, row.source, func.count().filter(took_effect), func.count().filter(fell))
        .where(row.company == company, or_(took_effect, fell))
        .group_by(row.department, row.provision, row.source)
    )
    return [(Where(one[0], one[1], one[2]), one[3], one[4]) for one in (await session.execute(statement)).all()]


async def points(session: AsyncSession, company: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """What was booked to or off departments in the period, in points of a month; later lines are a later period's."""
    row = LedgerEntryRow
    signed_amount = case((row.side == Side.CREDIT.value, row.amount), else_=-row.amount)
    statement = (
        select(row.subject, cast(func.sum(signed_amount), Integer))
        .where(
            row.company == company,
            row.posted_at >= since,
            row.posted_at < until,
            row.kind == AccountKind.DEPARTMENT.value,
            row.unit == Unit.POINTS.value,
        )
        .group_by(row.subject)
    )
    return {one[0]: one[1] for one in (await session.execute(statement)).all()}


def _minutes(since: Any, until: Any) -> Any:
    return cast(func.floor(func.sum(extract("epoch", until - since)) / 60), Integer)
