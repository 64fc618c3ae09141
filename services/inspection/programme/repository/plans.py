"""Statements on plans and their adjustments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.programme.errors import InspectionPlanNotFoundError
from services.inspection.programme.models import InspectionPlanRow, PlanAdjustmentRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=InspectionPlanRow.company,
    owners=(InspectionPlanRow.owner_id,),
    team=InspectionPlanRow.team,
    department=InspectionPlanRow.department,
    posts=InspectionPlanRow.posts,
)


async def get(session: AsyncSession, plan_id: UUID, scope: RowScope, *, lock: bool = False) -> InspectionPlanRow:
    """One of the scope.  Raises: InspectionPlanNotFoundError, also for one that lies outside."""
    return await _one(session, lock, InspectionPlanRow.id == plan_id, scope.clause(SCOPE))


async def of_company(session: AsyncSession, company: str, plan_id: UUID) -> InspectionPlanRow:
    """One of the company.  Raises: InspectionPlanNotFoundError."""
    return await _one(session, False, InspectionPlanRow.id == plan_id, InspectionPlanRow.company == company)


async def _one(session: AsyncSession, lock: bool, *conditions: Any) -> InspectionPlanRow:
    statement = select(InspectionPlanRow).where(*conditions)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise InspectionPlanNotFoundError
    return row


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> InspectionPlanRow | None:
    """Store a plan; None if the period has one already."""
    statement = (
        insert(InspectionPlanRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["company", "level", "pace", "period", "place"])
        .returning(InspectionPlanRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def known(session: AsyncSession, company: str, since: datetime) -> set[tuple[str, str, str, str]]:
    """Level, pace, period and place of the plans whose period is not over."""
    statement = select(
        InspectionPlanRow.level, InspectionPlanRow.pace, InspectionPlanRow.period, InspectionPlanRow.place
    ).where(InspectionPlanRow.company == company, InspectionPlanRow.period_until > since)
    return {(one.level, one.pace, one.period, one.place) for one in await session.execute(statement)}


async def page(
    session: AsyncSession, scope: RowScope, *, equal: Mapping[str, object], before: UUID | None, limit: int
) -> Sequence[InspectionPlanRow]:
    """Newest first; `equal` holds columns and the values that they must have."""
    statement = select(InspectionPlanRow).where(scope.clause(SCOPE))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(InspectionPlanRow, column) == value)
    if before is not None:
        statement = statement.where(InspectionPlanRow.id < before)
    return (await session.scalars(statement.order_by(InspectionPlanRow.id.desc()).limit(limit))).all()


async def of_period(session: AsyncSession, company: str, period: str) -> Sequence[InspectionPlanRow]:
    """All plans of a period, by level and place."""
    statement = (
        select(InspectionPlanRow)
        .where(InspectionPlanRow.company == company, InspectionPlanRow.period == period)
        .order_by(InspectionPlanRow.level, InspectionPlanRow.place)
    )
    return (await session.scalars(statement)).all()


async def over(session: AsyncSession, company: str, until: datetime, limit: int) -> Sequence[InspectionPlanRow]:
    """Plans whose period ended before `until`, locked."""
    statement = (
        select(InspectionPlanRow)
        .where(
            InspectionPlanRow.company == company,
            InspectionPlanRow.state != "ended",
            InspectionPlanRow.period_until <= until,
        )
        .order_by(InspectionPlanRow.period_until, InspectionPlanRow.level, InspectionPlanRow.place)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def adjusters(session: AsyncSession, plan_id: UUID) -> set[UUID]:
    """Who adjusted the plan."""
    return set(await session.scalars(select(PlanAdjustmentRow.adjusted_by).where(PlanAdjustmentRow.plan_id == plan_id)))


async def adjustments(session: AsyncSession, plan_id: UUID) -> Sequence[PlanAdjustmentRow]:
    """In their order."""
    statement = select(PlanAdjustmentRow).where(PlanAdjustmentRow.plan_id == plan_id)
    return (await session.scalars(statement.order_by(PlanAdjustmentRow.position))).all()
