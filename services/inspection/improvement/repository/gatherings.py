"""Statements on what departments owe and hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.models.gatherings import GatheringDutyRow, MeetingDecisionRow

_SEEN = timedelta(hours=1)
"""So long a missed one stands before it ends, so that its clock is breached before it is cancelled."""


async def insert_new(session: AsyncSession, values: dict[str, Any]) -> GatheringDutyRow | None:
    """Store a duty; None if the period has it already."""
    statement = (
        insert(GatheringDutyRow)
        .values(values)
        .on_conflict_do_nothing(index_elements=["company", "kind", "department", "period"])
        .returning(GatheringDutyRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def last(session: AsyncSession, company: str) -> dict[tuple[str, str], datetime]:
    """Until when departments owe what they owe, by kind and department."""
    statement = (
        select(GatheringDutyRow.kind, GatheringDutyRow.department, func.max(GatheringDutyRow.due_at))
        .where(GatheringDutyRow.company == company)
        .group_by(GatheringDutyRow.kind, GatheringDutyRow.department)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)}


async def duty(session: AsyncSession, company: str, kind: str, department: str, period: str) -> GatheringDutyRow | None:
    """What a department owes of a period, locked."""
    statement = (
        select(GatheringDutyRow)
        .where(
            GatheringDutyRow.company == company,
            GatheringDutyRow.kind == kind,
            GatheringDutyRow.department == department,
            GatheringDutyRow.period == period,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def missed(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[GatheringDutyRow]:
    """Owed ones whose period is over, locked."""
    statement = (
        select(GatheringDutyRow)
        .where(
            GatheringDutyRow.company == company,
            GatheringDutyRow.state == "owed",
            GatheringDutyRow.due_at <= now,
        )
        .order_by(GatheringDutyRow.due_at, GatheringDutyRow.kind, GatheringDutyRow.department)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def over(session: AsyncSession, company: str, now: datetime, limit: int) -> Sequence[GatheringDutyRow]:
    """Those that nobody makes up for any more, locked."""
    statement = (
        select(GatheringDutyRow)
        .where(
            GatheringDutyRow.company == company,
            GatheringDutyRow.ended_at.is_(None),
            GatheringDutyRow.ends_at <= now,
            or_(GatheringDutyRow.missed_at.is_(None), GatheringDutyRow.missed_at < now - _SEEN),
        )
        .order_by(GatheringDutyRow.ends_at, GatheringDutyRow.kind, GatheringDutyRow.department)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def decisions(session: AsyncSession, meeting_id: UUID) -> Sequence[MeetingDecisionRow]:
    """Of a meeting, in their order."""
    statement = select(MeetingDecisionRow).where(MeetingDecisionRow.meeting_id == meeting_id)
    return (await session.scalars(statement.order_by(MeetingDecisionRow.position))).all()
