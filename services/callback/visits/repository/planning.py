"""Statements of the planning: in chunks, many rows at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.models import MemberRow
from services.callback.customers.models import CustomerRow
from services.callback.visits.errors import VisitPlanNotFoundError
from services.callback.visits.models import VisitPlanRow, VisitRow
from shared.sla.hot import OpenedClocks
from shared.sla.repository import ClockRepository

_PLANNED = text("origin = 'planned'")


async def get_plan(
    session: AsyncSession, plan_id: UUID, companies: Sequence[str], *, lock: bool = False
) -> VisitPlanRow:
    """One run.  Raises: VisitPlanNotFoundError."""
    statement = select(VisitPlanRow).where(VisitPlanRow.id == plan_id, VisitPlanRow.company.in_(list(companies)))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise VisitPlanNotFoundError
    return row


async def find_plan(session: AsyncSession, plan_id: UUID) -> VisitPlanRow | None:
    """One run, locked, if it was begun."""
    return await session.get(VisitPlanRow, plan_id, with_for_update=True)


async def plans(
    session: AsyncSession, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[VisitPlanRow]:
    """Runs, newest first."""
    statement = select(VisitPlanRow).where(VisitPlanRow.company.in_(list(companies)))
    if before is not None:
        statement = statement.where(VisitPlanRow.id < before)
    return (await session.scalars(statement.order_by(VisitPlanRow.id.desc()).limit(limit))).all()


async def keys(session: AsyncSession, company: str, customer_ids: Sequence[UUID]) -> set[tuple[str, UUID, str | None]]:
    """What is planned for these customers already: service, subject and window."""
    statement = select(VisitRow.service, VisitRow.subject_id, VisitRow.window_key).where(
        VisitRow.company == company, VisitRow.customer_id.in_(list(customer_ids)), VisitRow.origin == "planned"
    )
    return {(row.service, row.subject_id, row.window_key) for row in await session.execute(statement)}


async def insert_planned(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Store what nobody planned meanwhile; answers the ids that were stored."""
    if not rows:
        return set()
    statement = (
        insert(VisitRow)
        .on_conflict_do_nothing(index_elements=["company", "service", "subject_id", "window_key"], index_where=_PLANNED)
        .returning(VisitRow.id)
    )
    return set((await session.scalars(statement, list(rows))).all())


async def insert_clocks(session: AsyncSession, opened: Sequence[OpenedClocks]) -> None:
    """Start the clocks of many visits by one statement."""
    if opened:
        clocks = tuple(clock for one in opened for clock in one.clocks)
        await ClockRepository(session).insert(OpenedClocks(clocks, [row for one in opened for row in one.rows]))


async def members(session: AsyncSession, company: str, group_ids: Sequence[UUID]) -> Sequence[MemberRow]:
    """Members of these groups who are served in their own right."""
    statement = select(MemberRow).where(
        MemberRow.company == company,
        MemberRow.group_id.in_(list(group_ids)),
        MemberRow.is_active,
        MemberRow.is_served,
    )
    return (await session.scalars(statement.order_by(MemberRow.id))).all()


async def owed_no_more(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[VisitRow]:
    """Open visits of whoever is no customer any more, and those not begun of another tier than the customer's, locked.

    What has begun stays owed: the tier in force at the beginning of the window governs.
    """
    is_gone = or_(CustomerRow.standing.is_distinct_from("active"), CustomerRow.erased_at.is_not(None))
    is_other_tier = and_(
        VisitRow.opened_at.is_(None),
        VisitRow.window_from > now,
        CustomerRow.tier.is_not(None),
        CustomerRow.tier != VisitRow.tier,
    )
    statement = (
        select(VisitRow)
        .join(CustomerRow, and_(CustomerRow.id == VisitRow.customer_id, CustomerRow.company == VisitRow.company))
        .where(
            VisitRow.company == company,
            VisitRow.state.in_(("planned", "rescheduled")),
            VisitRow.origin == "planned",
            or_(is_gone, is_other_tier),
        )
        .order_by(VisitRow.id)
        .limit(limit)
        .with_for_update(of=VisitRow, skip_locked=True)
    )
    return (await session.scalars(statement)).all()
