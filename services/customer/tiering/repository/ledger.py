"""The ledger (台帐) of tiers: who was in which tier at the end of a day, since when, by whose word."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

_LINES = text("""
select p.id as proposal_id, p.customer_id, c.number, c.name, c.kind, c.party, c.standing, c.account_manager_id,
  p.tier, b.since, p.in_force_at, p.rule, p.matches, p.facts, p.stated_facts, p.source, p.department, p.reason,
  p.proposed_by, p.decided_by, p.decided_at, p.decision_reason, p.policy_version, p.review_due_on,
  s.id as plan_id, s.number as plan_number
from tier_proposals p
join customers c on c.id = p.customer_id
cross join lateral (
  select min(q.in_force_at) as since from tier_proposals q
  where q.customer_id = p.customer_id and q.state = 'confirmed' and q.in_force_at <= p.in_force_at
    and not exists (
      select 1 from tier_proposals o where o.customer_id = p.customer_id and o.state = 'confirmed'
        and o.tier <> p.tier and o.in_force_at > q.in_force_at and o.in_force_at < p.in_force_at)
    and q.tier = p.tier
) b
left join lateral (
  select id, number from service_plans
  where customer_id = p.customer_id and state = 'approved' and :day between from_on and until_on
  order by id desc limit 1
) s on true
where p.company = any(:companies) and p.tier = any(:tiers) and p.state = 'confirmed'
  and p.in_force_at < :until and (p.ended_at is null or p.ended_at >= :until)
  and c.standing in ('active', 'suspended', 'closed')
  and (cast(:after as uuid) is null or p.customer_id > :after)
order by p.customer_id, p.in_force_at desc limit :limit
""")

_COUNTS = text("""
select tier, count(distinct customer_id) as customers from tier_proposals
where company = any(:companies) and tier = any(:tiers) and state = 'confirmed'
  and in_force_at < :until and (ended_at is null or ended_at >= :until)
group by tier
""")


async def lines(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    tiers: Sequence[str],
    day: date,
    until: datetime,
    after: UUID | None,
    limit: int,
) -> Sequence[RowMapping]:
    """At most `limit` customers of these tiers, by id; `until` is the first instant after the day."""
    bound = {"companies": list(companies), "tiers": list(tiers), "day": day, "until": until, "limit": limit}
    return (await session.execute(_LINES, {**bound, "after": after})).mappings().all()


async def counts(
    session: AsyncSession, companies: Sequence[str], *, tiers: Sequence[str], until: datetime
) -> dict[str, int]:
    """How many customers each tier had."""
    bound = {"companies": list(companies), "tiers": list(tiers), "until": until}
    return {row.tier: row.customers for row in await session.execute(_COUNTS, bound)}
