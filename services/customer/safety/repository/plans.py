"""Plans: made for a chunk of customers in one statement, taken for orders, fulfilled by visits, counted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.safety.errors import SafetyPlanNotFoundError
from services.customer.safety.models import SafetyPlanRow

Row = SafetyPlanRow

# A standard promise counts only where no tier has one for the metric, as for orders (policy.promises_for).  What waits
# without an order is cancelled when the customer's tier or standing no longer asks for it, and revived when it does.
_GENERATE = text("""
with chunk as materialized (
  select c.id, c.tier, c.party, c.customer_class, c.standing, c.district
  from customers c
  where c.company = :company and (cast(:after as uuid) is null or c.id > :after)
  order by c.id limit :size
), terms as materialized (
  select * from jsonb_to_recordset(cast(:terms as jsonb)) as t(
    commitment text, metric text, tiers text[], parties text[], is_standard boolean, is_led boolean, led_by text[],
    performed_by text[], arranged_by text, done text[], period_from timestamptz, period_until timestamptz)
), matched as materialized (
  select c.id as customer_id, c.tier, c.party, c.customer_class, c.district, t.*
  from chunk c join terms t
    on (cardinality(t.tiers) = 0 or c.tier = any(t.tiers)) and (cardinality(t.parties) = 0 or c.party = any(t.parties))
  where c.standing = 'active'
), chosen as materialized (
  select m.* from matched m
  where not m.is_standard or not exists (
    select from matched o where o.customer_id = m.customer_id and o.metric = m.metric and not o.is_standard)
), dropped as (
  update safety_plans p set state = 'cancelled', version = p.version + 1
  from chunk c
  where p.customer_id = c.id and p.company = :company and p.state = 'planned' and p.period_until > :now
    and not exists (select from chosen h where h.customer_id = p.customer_id and h.commitment = p.commitment)
), made as (
  insert into safety_plans (id, company, customer_id, commitment, metric, state, tier, party, customer_class, district,
    period_from, period_until, is_led, led_by, performed_by, arranged_by, done, policy_pack, policy_version,
    generated_at)
  select gen_random_uuid(), :company, m.customer_id, m.commitment, m.metric, 'planned', m.tier, m.party,
    m.customer_class, coalesce(m.district, (
      select p.district from premises p where p.customer_id = m.customer_id and p.state = 'in_use'
      order by p.is_primary desc, p.id limit 1)),
    m.period_from, m.period_until, m.is_led, m.led_by, m.performed_by, m.arranged_by, m.done, :pack, :version, :now
  from chosen m
  on conflict (company, customer_id, commitment, period_from) do update
    set state = 'planned', version = safety_plans.version + 1 where safety_plans.state = 'cancelled'
  returning 1
)
select (select count(*) from chunk) as seen, (select count(*) from made) as made,
  (select id from chunk order by id desc limit 1) as last
""")

# Not yet ordered, or ordered and the order was cancelled; other requests' rows are passed over.
_TAKE = text("""
select p.id from safety_plans p join customers c on c.id = p.customer_id and c.standing not in ('merged', 'withdrawn')
where p.company = :company and p.period_until > :now and p.period_from <= :now
  and (p.state = 'planned' or p.state = 'ordered' and exists (
    select from service_orders o where o.id = p.order_id and o.state = 'cancelled'))
  and (cast(:tiers as text[]) is null or p.tier = any(cast(:tiers as text[])))
  and (cast(:district as text) is null or p.district = :district)
order by p.period_until, p.id limit :size
for update of p skip locked
""")

_FULFIL = text("""
update safety_plans p set
  state = case when :outcome = 'entered' then 'entered'
    when :is_exhausted and p.state in ('planned', 'ordered') then 'exhausted' else p.state end,
  entered_at = case when :outcome = 'entered' then cast(:at as timestamptz) end,
  inspection_id = case when :outcome = 'entered' then cast(:inspection_id as uuid) else p.inspection_id end,
  attempts = p.attempts + case when :outcome = 'entered' then 0 else 1 end,
  refusals = p.refusals + case when :outcome = 'refused' then 1 else 0 end,
  last_outcome = :outcome, last_visited_at = :at, next_attempt_on = :next_on, version = p.version + 1
where p.company = :company and p.customer_id = :customer_id and p.state not in ('entered', 'cancelled')
  and p.period_from <= :at
  and (p.order_id = cast(:order_id as uuid)
    or p.period_until > :at and (p.order_id is null or p.id = cast(:plan_id as uuid)))
  and (not p.is_led or :is_led or :outcome <> 'entered' and p.order_id = cast(:order_id as uuid))
returning p.id
""")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which plans are listed; they overlap the period."""

    from_at: datetime | None = None
    until_at: datetime | None = None
    state: str | None = None
    tier: str | None = None
    district: str | None = None
    customer_id: UUID | None = None
    batch_id: UUID | None = None
    is_led: bool | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one chunk of the generation did."""

    seen: int
    made: int
    last: UUID | None


async def generate(
    session: AsyncSession,
    company: str,
    terms: Sequence[Mapping[str, Any]],
    *,
    after: UUID | None,
    size: int,
    pack: str,
    version: str,
    now: datetime,
) -> Chunk:
    """Plans of the next `size` customers; those that exist and are still asked for are left alone."""
    values = {"company": company, "terms": json.dumps(list(terms)), "after": after, "size": size}
    row = (await session.execute(_GENERATE, {**values, "pack": pack, "version": version, "now": now})).one()
    return Chunk(int(row.seen), int(row.made), row.last)


async def take(
    session: AsyncSession,
    company: str,
    *,
    tiers: Sequence[str] | None,
    district: str | None,
    size: int,
    now: datetime,
) -> Sequence[SafetyPlanRow]:
    """Plans of running periods that wait for an order, locked; the earliest end first."""
    values = {"company": company, "tiers": None if tiers is None else list(tiers), "district": district}
    ids = (await session.execute(_TAKE, {**values, "size": size, "now": now})).scalars().all()
    rows = (await session.scalars(select(Row).where(Row.id.in_(ids)))).all()
    place = {row_id: index for index, row_id in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.id])


async def fulfil(
    session: AsyncSession,
    company: str,
    customer_id: UUID,
    *,
    inspection_id: UUID,
    outcome: str,
    at: datetime,
    order_id: UUID | None,
    plan_id: UUID | None,
    is_led: bool,
    is_exhausted: bool,
    next_on: date | None,
) -> Sequence[UUID]:
    """A visit counts for its order's plan and for the customer's plans of the period that have no order."""
    values = {
        "company": company,
        "customer_id": customer_id,
        "inspection_id": inspection_id,
        "outcome": outcome,
        "at": at,
        "order_id": order_id,
        "plan_id": plan_id,
        "is_led": is_led,
        "is_exhausted": is_exhausted,
        "next_on": next_on,
    }
    return (await session.execute(_FULFIL, values)).scalars().all()


async def get(session: AsyncSession, row_id: UUID, companies: Sequence[str]) -> SafetyPlanRow:
    """One plan.  Raises: SafetyPlanNotFoundError."""
    row = (await session.scalars(select(Row).where(Row.id == row_id, Row.company.in_(companies)))).one_or_none()
    if row is None:
        raise SafetyPlanNotFoundError("没有这条安检计划")
    return row


async def led_of(session: AsyncSession, company: str, customer_id: UUID, at: datetime) -> Sequence[SafetyPlanRow]:
    """The led plans of the customer whose period holds `at`."""
    query = select(Row).where(
        Row.company == company,
        Row.customer_id == customer_id,
        Row.is_led.is_(True),
        Row.period_from <= at,
        Row.period_until > at,
    )
    return (await session.scalars(query)).all()


async def page(
    session: AsyncSession, companies: Sequence[str], wanted: Filter, *, after: UUID | None, limit: int
) -> Sequence[SafetyPlanRow]:
    """Plans in the order of their ids."""
    query = select(Row).where(Row.company.in_(companies))
    for column, value in (
        (Row.state, wanted.state),
        (Row.tier, wanted.tier),
        (Row.district, wanted.district),
        (Row.customer_id, wanted.customer_id),
        (Row.batch_id, wanted.batch_id),
        (Row.is_led, wanted.is_led),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.from_at is not None and wanted.until_at is not None:
        query = query.where(Row.period_until > wanted.from_at, Row.period_from < wanted.until_at)
    if after is not None:
        query = query.where(Row.id > after)
    return (await session.scalars(query.order_by(Row.id).limit(limit))).all()
