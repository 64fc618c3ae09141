"""Statements on the yearly plans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.rules.states import PLAN_TAKES

_TAKES = tuple(sorted(PLAN_TAKES))
_DROPPED = ("candidate", "declined", "cancelled")


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> ImprovementPlanRow | None:
    """Store a plan; None if the year has one already."""
    statement = (
        insert(ImprovementPlanRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["company", "year", "place"])
        .returning(ImprovementPlanRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def known(session: AsyncSession, company: str, since: datetime) -> set[tuple[int, str]]:
    """Year and place of the plans whose year is not over."""
    statement = select(ImprovementPlanRow.year, ImprovementPlanRow.place).where(
        ImprovementPlanRow.company == company, ImprovementPlanRow.period_until > since
    )
    return {(one.year, one.place) for one in await session.execute(statement)}


async def taking(
    session: AsyncSession, company: str, department: str, *, plan_id: UUID | None, year: int | None
) -> UUID | None:
    """The open plan under this id, or of this year, into which an improvement of the department may be put.

    That of the department comes before the company's.
    """
    statement = select(ImprovementPlanRow.id).where(
        ImprovementPlanRow.company == company,
        ImprovementPlanRow.state.in_(_TAKES),
        ImprovementPlanRow.place.in_(("", department)),
    )
    if plan_id is not None:
        statement = statement.where(ImprovementPlanRow.id == plan_id)
    if year is not None:
        statement = statement.where(ImprovementPlanRow.year == year)
    return (await session.execute(statement.order_by(ImprovementPlanRow.place.desc()).limit(1))).scalar_one_or_none()


async def held(session: AsyncSession, plan_id: UUID) -> int:
    """How many improvements the plan holds."""
    statement = select(func.count()).where(ImprovementRow.plan_id == plan_id, ImprovementRow.state.not_in(_DROPPED))
    return (await session.scalar(statement)) or 0


async def over(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[ImprovementPlanRow]:
    """Plans whose year is over and which are not ended, locked."""
    statement = (
        select(ImprovementPlanRow)
        .where(
            ImprovementPlanRow.company == company,
            ImprovementPlanRow.state.in_(_TAKES),
            ImprovementPlanRow.period_until <= now,
        )
        .order_by(ImprovementPlanRow.year, ImprovementPlanRow.place)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()
