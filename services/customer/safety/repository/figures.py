"""Counts over plans: the share of homes entered, fulfilment, what waits for an order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.safety.models import SafetyPlanRow

Row = SafetyPlanRow

# A home counts once for each period of its plan; what a leader leads comes on top and is not counted again.
_ENTRY = text("""
select p.tier, count(*) as denominator, count(*) filter (where p.state = 'entered' and p.entered_at <= :as_of)
  as numerator, count(*) filter (where p.state <> 'entered' and p.period_until > :as_of) as open,
  count(*) filter (where p.refusals > 0) as refused
from safety_plans p
where p.company = :company and p.metric = 'completion' and p.state <> 'cancelled'
  and p.period_until > :from_at and p.period_until <= :until_at
group by p.tier order by p.tier
""")
_FULFILMENT = text("""
select p.tier, p.commitment, p.is_led, count(*) as planned, count(p.order_id) as ordered,
  count(*) filter (where p.state = 'entered') as entered, count(*) filter (where p.state = 'exhausted') as exhausted,
  count(*) filter (where p.refusals > 0) as refused,
  count(*) filter (where p.state <> 'entered' and p.attempts > p.refusals) as not_at_home,
  count(*) filter (where p.state <> 'entered' and p.period_until <= :as_of) as overdue
from safety_plans p
where p.company = :company and p.state <> 'cancelled' and p.period_until > :from_at and p.period_from < :until_at
group by p.tier, p.commitment, p.is_led order by p.tier, p.commitment
""")


async def of_batch(session: AsyncSession, company: str, batch_id: UUID) -> tuple[int, list[UUID]]:
    """How many orders a request opened, and which."""
    query = select(Row.order_id).where(Row.company == company, Row.batch_id == batch_id).order_by(Row.id)
    found = [order_id for order_id in (await session.scalars(query)).all() if order_id is not None]
    return len(found), found


async def waiting(session: AsyncSession, company: str, *, district: str | None, now: datetime) -> int:
    """How many plans of running periods still wait for an order."""
    query = select(func.count()).where(
        Row.company == company, Row.state == "planned", Row.period_from <= now, Row.period_until > now
    )
    if district is not None:
        query = query.where(Row.district == district)
    return int((await session.execute(query)).scalar_one())


async def entry(
    session: AsyncSession, company: str, *, from_at: datetime, until_at: datetime, as_of: datetime
) -> list[Mapping[str, Any]]:
    """Homes entered of homes to be inspected, by tier: plans whose period ends in [from_at, until_at)."""
    values = {"company": company, "from_at": from_at, "until_at": until_at, "as_of": as_of}
    return [dict(row) for row in (await session.execute(_ENTRY, values)).mappings()]


async def fulfilment(
    session: AsyncSession, company: str, *, from_at: datetime, until_at: datetime, as_of: datetime
) -> list[Mapping[str, Any]]:
    """Plans that overlap [from_at, until_at), by tier and commitment."""
    values = {"company": company, "from_at": from_at, "until_at": until_at, "as_of": as_of}
    return [dict(row) for row in (await session.execute(_FULFILMENT, values)).mappings()]
