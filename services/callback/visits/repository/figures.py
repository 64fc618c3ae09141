"""Counting the fulfilment of the plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.visits.models import VisitRow


async def fulfilment(
    session: AsyncSession, companies: Sequence[str], from_at: datetime, until_at: datetime
) -> Sequence[Any]:
    """Counts by tier and providing post.

    Planned ones fall into the period by what they are due at, its end included; started ones by what they began at.
    Excused ones are left out; one that is neither done nor missed yet is unanswered.
    """
    is_planned = and_(VisitRow.origin == "planned", VisitRow.due_at > from_at, VisitRow.due_at <= until_at)
    is_started = and_(VisitRow.origin == "started", VisitRow.window_from >= from_at, VisitRow.window_from < until_at)
    is_kept = and_(is_planned, VisitRow.state == "done", VisitRow.is_late.is_(False))
    is_failed = or_(
        VisitRow.state == "missed",
        and_(VisitRow.state == "done", VisitRow.is_late.is_(True)),
        and_(VisitRow.state == "cancelled", VisitRow.is_excused.is_(False)),
    )
    statement = (
        select(
            VisitRow.tier,
            VisitRow.provider_post,
            func.count().filter(is_kept).label("kept"),
            func.count().filter(and_(is_planned, or_(is_kept, is_failed))).label("judged"),
            func.count().filter(and_(is_planned, VisitRow.state.in_(("planned", "rescheduled")))).label("open"),
            func.count().filter(and_(is_started, VisitRow.state != "cancelled")).label("untargeted"),
        )
        .where(VisitRow.company.in_(list(companies)), or_(is_planned, is_started))
        .group_by(VisitRow.tier, VisitRow.provider_post)
        .order_by(VisitRow.tier, VisitRow.provider_post)
    )
    return (await session.execute(statement)).all()
