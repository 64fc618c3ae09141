"""Proposals: putting them in force, listing them, and the tier that a customer has by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.rules import TierChange

_CONFIRM = text("""
with chunk as (
  select p.id, p.customer_id, p.tier, p.rule, p.policy_version, c.tier as from_tier
  from tier_proposals p join customers c on c.id = p.customer_id
  where p.run_id = :run_id and p.state = 'proposed' order by p.customer_id limit :chunk for no key update of p, c
),
decided as (
  update tier_proposals p set state = 'confirmed', decided_by = :by, decided_at = :at, version = p.version + 1
  from chunk where p.id = chunk.id
  returning 1
),
changed as (
  update customers c
  set tier = k.tier, tier_rule = k.rule, tier_confirmed_at = :at, tier_policy_version = k.policy_version,
      updated_at = :now, version = c.version + case when c.tier <> k.tier then 1 else 0 end
  from chunk k where c.id = k.customer_id
  returning c.id, c.company, c.version, k.from_tier, c.tier, c.tier_rule, c.tier_policy_version, c.kind,
    c.customer_class, c.party, c.standing, c.account_manager_id
)
select (select count(*) from decided) as decided, id, company, version, from_tier, tier, tier_rule,
  tier_policy_version, kind, customer_class, party, standing, account_manager_id
from (select 1) one left join changed on from_tier <> tier
order by id
""")

_STANDING_TIER = text("""
select c.id as customer_id, c.company, c.tier, c.tier_rule as rule, c.tier_confirmed_at,
  c.tier_policy_version as policy_version, p.matches, p.facts,
  n.id as pending_id, n.tier as pending_tier, n.rule as pending_rule, n.run_id as pending_run_id
from customers c
left join lateral (
  select matches, facts from tier_proposals where customer_id = c.id and state = 'confirmed'
  order by decided_at desc limit 1
) p on true
left join tier_proposals n on n.customer_id = c.id and n.state = 'proposed'
where c.id = :customer_id and c.company = any(:companies)
""")


async def confirm(session: AsyncSession, run: TierRunRow, *, chunk: int, now: datetime) -> tuple[int, list[TierChange]]:
    """Put at most `chunk` proposals of the run in force, in one statement; answers how many, and the changed tiers."""
    bound = {"run_id": run.id, "by": run.confirmed_by, "at": run.confirmed_at, "now": now, "chunk": chunk}
    rows = (await session.execute(_CONFIRM, bound)).all()
    changes = [
        TierChange(
            customer_id=row.id,
            company=row.company,
            version=row.version,
            from_tier=row.from_tier,
            to_tier=row.tier,
            rule=row.tier_rule,
            policy_version=row.tier_policy_version,
            kind=row.kind,
            customer_class=row.customer_class,
            party=row.party,
            standing=row.standing,
            account_manager_id=row.account_manager_id,
        )
        for row in rows
        if row.id is not None
    ]
    return rows[0].decided, changes


async def standing_tier(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> RowMapping | None:
    """A customer's tier in force with its reason, and the proposal that waits for review."""
    bound = {"customer_id": customer_id, "companies": list(companies)}
    return (await session.execute(_STANDING_TIER, bound)).mappings().one_or_none()


async def list_proposals(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    run_id: UUID | None,
    customer_id: UUID | None,
    state: str | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[TierProposalRow]:
    """Proposals, newest first."""
    row = TierProposalRow
    query = select(row).where(row.company.in_(companies)).order_by(row.id.desc()).limit(limit)
    for column, wanted in ((row.run_id, run_id), (row.customer_id, customer_id), (row.state, state), (row.tier, tier)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        query = query.where(row.id < after)
    return (await session.execute(query)).scalars().all()
