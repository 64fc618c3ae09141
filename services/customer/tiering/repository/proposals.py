"""Proposals: putting them in force, listing them, and the tier that a customer has by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.rules import TierChange

# what is in force ends before what follows it begins: the last CTE reads what the first wrote
_CONFIRM = text("""
with chunk as (
  select p.id, p.customer_id, p.company, p.run_id, p.is_upgrade, p.matches, p.facts, p.policy_version,
    case when p.is_upgrade then p.base_tier else p.tier end as tier,
    case when p.is_upgrade then p.base_rule else p.rule end as rule, c.tier as from_tier,
    not p.is_upgrade or c.tier_confirmed_at is null
      or array_position(cast(:tier_order as text[]), c.tier)
        > array_position(cast(:tier_order as text[]), p.base_tier) as applies
  from tier_proposals p join customers c on c.id = p.customer_id
  where p.run_id = :run_id and p.state = 'proposed' and not (p.is_upgrade and p.is_base_settled)
  order by p.customer_id limit :chunk for no key update of p, c
),
ended as (
  update tier_proposals o set ended_at = greatest(:at, o.in_force_at), version = o.version + 1
  from chunk k where k.applies and o.customer_id = k.customer_id and o.state = 'confirmed' and o.ended_at is null
  returning 1
),
unscheduled as (
  update tier_proposals o set state = 'superseded', version = o.version + 1
  from chunk k where k.applies and o.customer_id = k.customer_id and o.state = 'scheduled'
  returning 1
),
decided as (
  update tier_proposals p set state = 'confirmed', decided_by = :by, decided_at = :at, in_force_at = :at,
    review_due_on = case when p.tier = any(cast(:reviewed as text[])) then cast(:due as date) end,
    version = p.version + 1
  from chunk k where p.id = k.id and not k.is_upgrade and (select count(*) from ended) >= 0
  returning 1
),
based as (
  update tier_proposals p set is_base_settled = true, version = p.version + 1
  from chunk k where p.id = k.id and k.is_upgrade
  returning 1
),
added as (
  insert into tier_proposals (id, company, run_id, customer_id, state, tier, from_tier, rule, matches, facts,
    needs_person, policy_version, proposed_at, decided_by, decided_at, in_force_at, review_due_on)
  select uuidv7(), k.company, k.run_id, k.customer_id, 'confirmed', k.tier, k.from_tier, k.rule, k.matches, k.facts,
    false, k.policy_version, :at, :by, :at, :at,
    case when k.tier = any(cast(:reviewed as text[])) then cast(:due as date) end
  from chunk k where k.is_upgrade and k.applies and (select count(*) from ended) >= 0
  returning 1
),
changed as (
  update customers c
  set tier = k.tier, tier_rule = k.rule, tier_confirmed_at = :at, tier_policy_version = k.policy_version,
      updated_at = :now, version = c.version + case when c.tier <> k.tier then 1 else 0 end
  from chunk k where c.id = k.customer_id and k.applies
  returning c.id, c.company, c.version, k.from_tier, c.tier, c.tier_rule, c.tier_policy_version, c.kind,
    c.customer_class, c.party, c.standing, c.account_manager_id
)
select (select count(*) from chunk) as seen, (select count(*) from decided) + (select count(*) from added) as decided,
  id, company, version, from_tier, tier, tier_rule, tier_policy_version, kind, customer_class, party, standing,
  account_manager_id
from (select 1) one left join changed on from_tier <> tier
order by id
""")

_STANDING_TIER = text("""
select c.id as customer_id, c.company, c.party, c.tier, c.tier_rule as rule, c.tier_confirmed_at,
  c.tier_policy_version as policy_version, p.id as proposal_id, p.source, p.reason as proposed_reason, p.decided_by,
  p.review_due_on, p.matches, p.facts,
  n.id as pending_id, n.tier as pending_tier, n.rule as pending_rule, n.run_id as pending_run_id,
  s.id as scheduled_id, s.tier as scheduled_tier, s.effective_on as scheduled_on
from customers c
left join lateral (
  select id, source, reason, decided_by, review_due_on, matches, facts from tier_proposals
  where customer_id = c.id and state = 'confirmed' order by in_force_at desc limit 1
) p on true
left join tier_proposals n on n.customer_id = c.id and n.state = 'proposed'
left join tier_proposals s on s.customer_id = c.id and s.state = 'scheduled'
where c.id = :customer_id and c.company = any(:companies)
""")

_TIER_ON = text("""
select c.id as customer_id, c.company, p.tier, p.rule, p.in_force_at as tier_confirmed_at, p.policy_version,
  p.id as proposal_id, p.source, p.reason as proposed_reason, p.decided_by, p.review_due_on, p.matches, p.facts,
  null as pending_id, null as pending_tier, null as pending_rule,
  null as scheduled_id, null as scheduled_tier, null as scheduled_on
from customers c
left join lateral (
  select * from (
    select tier, rule, in_force_at, policy_version, id, source, reason, decided_by, review_due_on, matches, facts
    from tier_proposals where customer_id = c.id and state = 'confirmed' and in_force_at < :until
      and (ended_at is null or ended_at >= :until)
    union all
    select tier, rule, cast(effective_on as timestamp) at time zone :zone, policy_version, id, source, reason,
      decided_by, review_due_on, matches, facts
    from tier_proposals where customer_id = c.id and state = 'scheduled' and effective_on <= :day
  ) known order by in_force_at desc, id desc limit 1
) p on true
where c.id = :customer_id and c.company = any(:companies)
""")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a stretch of a confirmation came to."""

    seen: int
    """Proposals looked at; fewer than the chunk: it was the last."""
    decided: int
    changes: list[TierChange]


async def confirm(
    session: AsyncSession,
    run: TierRunRow,
    *,
    chunk: int,
    tier_order: Sequence[str],
    reviewed: Sequence[str],
    due: date,
    now: datetime,
) -> Confirmed:
    """Put at most `chunk` proposals of the run in force, in one statement.

    An upgrade waits for its own decision: what the rules say without it takes effect, unless more is in force.
    """
    bound = {
        "run_id": run.id,
        "by": run.confirmed_by,
        "at": run.confirmed_at,
        "now": now,
        "chunk": chunk,
        "tier_order": list(tier_order),
        "reviewed": list(reviewed),
        "due": due,
    }
    rows = (await session.execute(_CONFIRM, bound)).all()
    changes = [change_of(row) for row in rows if row.id is not None]
    return Confirmed(rows[0].seen, rows[0].decided, changes)


def change_of(row: Any) -> TierChange:
    """A customer whose tier was set, as the statements return it."""
    return TierChange(
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


async def standing_tier(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> RowMapping | None:
    """A customer's tier in force with its reason, and the proposal that waits for review."""
    bound = {"customer_id": customer_id, "companies": list(companies)}
    return (await session.execute(_STANDING_TIER, bound)).mappings().one_or_none()


async def tier_on(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, day: date, until: datetime, zone: str
) -> RowMapping | None:
    """The same at the end of a day: what was confirmed by then, or takes effect by then."""
    bound = {"customer_id": customer_id, "companies": list(companies), "day": day, "until": until, "zone": zone}
    return (await session.execute(_TIER_ON, bound)).mappings().one_or_none()


async def list_proposals(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    run_id: UUID | None,
    customer_id: UUID | None,
    state: str | None,
    source: str | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[TierProposalRow]:
    """Proposals, newest first."""
    row = TierProposalRow
    query = select(row).where(row.company.in_(companies)).order_by(row.id.desc()).limit(limit)
    asked = ((row.run_id, run_id), (row.customer_id, customer_id), (row.state, state), (row.source, source))
    for column, wanted in (*asked, (row.tier, tier)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        query = query.where(row.id < after)
    return (await session.execute(query)).scalars().all()
