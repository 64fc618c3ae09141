"""Statements on planned inspections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.programme.errors import PlannedInspectionNotFoundError
from services.inspection.programme.models import InspectionPlanRow, PlannedInspectionRow
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns

Row = PlannedInspectionRow
LEADING = ScopeColumns(company=Row.company, owners=(Row.inspector_id,), department=Row.led_by, posts=Row.posts)
"""Who plans and who goes."""
INSPECTED = ScopeColumns(company=Row.company, team=Row.team, department=Row.department)


def _readable(scope: RowScope) -> ColumnElement[bool]:
    """The inspected see what is not announced only when it was carried out."""
    if scope.level >= ScopeLevel.COMPANY:
        return scope.clause(LEADING)
    is_told = or_(Row.is_announced, Row.state == "done")
    return or_(scope.clause(LEADING), and_(scope.clause(INSPECTED), is_told))


async def get(session: AsyncSession, planned_id: UUID, scope: RowScope, *, lock: bool = False) -> Row:
    """One of the scope.  Raises: PlannedInspectionNotFoundError, also for one that lies outside."""
    return await _one(session, lock, Row.id == planned_id, _readable(scope))


async def of_company(session: AsyncSession, company: str, planned_id: UUID) -> Row:
    """One of the company, locked.  Raises: PlannedInspectionNotFoundError."""
    return await _one(session, True, Row.id == planned_id, Row.company == company)


async def of_plan_one(session: AsyncSession, plan_id: UUID, planned_id: UUID) -> Row:
    """One of a plan, locked.  Raises: PlannedInspectionNotFoundError."""
    return await _one(session, True, Row.id == planned_id, Row.plan_id == plan_id)


async def _one(session: AsyncSession, lock: bool, *conditions: Any) -> Row:
    statement = select(Row).where(*conditions)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise PlannedInspectionNotFoundError
    return row


async def loads(session: AsyncSession, company: str) -> dict[UUID, int]:
    """How many inspections each inspector has before them."""
    statement = (
        select(Row.inspector_id, func.count())
        .where(Row.company == company, Row.ended_at.is_(None), Row.inspector_id.is_not(None))
        .group_by(Row.inspector_id)
    )
    return {staff_id: number for staff_id, number in await session.execute(statement) if staff_id is not None}


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    equal: Mapping[str, object],
    is_gap: bool | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row]:
    """Newest first; `equal` holds columns and the values that they must have; windows that end in the period."""
    statement = select(Row).where(_readable(scope))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(Row, column) == value)
    if is_gap is not None:
        statement = statement.where(Row.gap.is_not(None) == is_gap)
    if since is not None:
        statement = statement.where(Row.window_until > since)
    if until is not None:
        statement = statement.where(Row.window_until <= until)
    if before is not None:
        statement = statement.where(Row.id < before)
    return (await session.scalars(statement.order_by(Row.id.desc()).limit(limit))).all()


async def of_plan(session: AsyncSession, plan_id: UUID, *, lock: bool = False) -> Sequence[Row]:
    """What a plan holds, in the order of its windows."""
    statement = select(Row).where(Row.plan_id == plan_id).order_by(Row.window_from, Row.department, Row.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).all()


async def unopened(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[Row]:
    """What begins now and has no clocks yet, locked."""
    return await _due(
        session, limit, Row.company == company, Row.opened_at.is_(None), Row.ended_at.is_(None), Row.window_from <= now
    )


async def overdue(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[Row]:
    """What was not carried out in its window and is not marked as missed yet, locked."""
    return await _due(
        session,
        limit,
        Row.company == company,
        Row.state.in_(("planned", "prepared")),
        Row.missed_at.is_(None),
        Row.window_until < now,
    )


async def _due(session: AsyncSession, limit: int, *conditions: ColumnElement[bool]) -> Sequence[Row]:
    statement = (
        select(Row)
        .where(*conditions)
        .order_by(Row.window_from, Row.level, Row.department, Row.team, Row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def fulfilment(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> Sequence[Any]:
    """Counts per level and department of the inspections whose windows end in the period."""
    is_done, is_owed = Row.state == "done", Row.state != "cancelled"
    is_missed = and_(~is_done, is_owed, Row.missed_at.is_not(None))
    statement = (
        select(
            Row.level,
            Row.department,
            func.count().filter(is_owed).label("planned"),
            func.count().filter(and_(is_done, Row.is_late.is_not(True))).label("done_in_time"),
            func.count().filter(and_(is_done, Row.is_late.is_(True))).label("done_late"),
            func.count().filter(is_missed).label("missed"),
            func.count().filter(and_(~is_done, is_owed, Row.missed_at.is_(None))).label("open"),
            func.count().filter(~is_owed).label("cancelled"),
        )
        .where(Row.company.in_(list(companies)), Row.window_until > since, Row.window_until <= until)
        .group_by(Row.level, Row.department)
        .order_by(Row.level, Row.department)
    )
    return (await session.execute(statement)).all()


async def plan_fulfilment(
    session: AsyncSession, companies: Sequence[str], since: datetime, until: datetime
) -> Sequence[Any]:
    """The same of the plans that were to be approved in the period."""
    plan = InspectionPlanRow
    is_approved = plan.approved_at.is_not(None)
    statement = (
        select(
            plan.level,
            plan.department,
            func.count().label("planned"),
            func.count().filter(and_(is_approved, plan.is_late.is_(False))).label("approved_in_time"),
            func.count().filter(and_(is_approved, plan.is_late.is_(True))).label("approved_late"),
            func.count().filter(and_(~is_approved, plan.due_at < until)).label("unapproved"),
        )
        .where(plan.company.in_(list(companies)), plan.due_at > since, plan.due_at <= until)
        .group_by(plan.level, plan.department)
        .order_by(plan.level, plan.department)
    )
    return (await session.execute(statement)).all()
