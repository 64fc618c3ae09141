"""Every statement about supply interruptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, exists, func, not_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import PremisesRow
from services.customer.supply.errors import InterruptionNotFoundError
from services.customer.supply.models import INTERRUPTION_NUMBERS, InterruptedCustomerRow, InterruptionRow

# Who has gas in the area, once for each customer, with the tier of now; the statement is the freezing.
_FREEZE = text("""
with hit as (
  select distinct p.customer_id from premises p
  where p.company = :company and p.state = 'in_use'
    and case when cardinality(cast(:premises_ids as uuid[])) > 0 then p.id = any(cast(:premises_ids as uuid[]))
        else (cast(:district as text) is null or p.district = :district)
         and (cast(:community as text) is null or p.community = :community)
         and (cast(:building as text) is null or p.building = :building) end
), frozen as (
  insert into interrupted_customers
    (id, company, interruption_id, customer_id, tier, is_special, special_tags, known_at, interrupted_at)
  select gen_random_uuid(), c.company, :id, c.id, c.tier,
    c.tier = any(cast(:tiers as text[])) or c.tags && cast(:tags as text[]),
    array(select t from unnest(c.tags) as t where t = any(cast(:tags as text[])) order by t),
    :now, cast(:since as timestamptz)
  from hit join customers c on c.id = hit.customer_id
  where c.company = :company and c.standing = 'active'
  on conflict (interruption_id, customer_id) do nothing
  returning is_special
)
select count(*) as customers, count(*) filter (where is_special) as special from frozen
""")
_BEGIN = text("update interrupted_customers set interrupted_at = :at where interruption_id = :id")
_END = text("""
update interrupted_customers i set restored_at = :at
where i.interruption_id = :id and i.restored_at is null
  and (cardinality(cast(:premises_ids as uuid[])) = 0 or exists (
    select from premises p where p.customer_id = i.customer_id and p.id = any(cast(:premises_ids as uuid[]))))
""")
_LEFT = text("select count(*) from interrupted_customers where interruption_id = :id and restored_at is null")

# Seconds as whole numbers: lost by interruption within the period, and those that the customers had.
_LOST = text("""
select i.tier, sum(extract(epoch from
    least(coalesce(i.restored_at, :as_of), :as_of, :until_at) - greatest(i.interrupted_at, :from_at)))::bigint as lost
from interrupted_customers i join supply_interruptions s on s.id = i.interruption_id
where i.company = :company and i.interrupted_at < least(cast(:until_at as timestamptz), :as_of)
  and (i.restored_at is null or i.restored_at > :from_at)
  and (:with_planned or s.kind = 'unplanned')
group by 1
""")
_SERVED = text("""
select c.tier, sum(extract(epoch from
    least(cast(:until_at as timestamptz), :as_of) - greatest(c.registered_at, :from_at)))::bigint as served
from customers c
where c.company = :company and c.standing = 'active' and c.registered_at < least(cast(:until_at as timestamptz), :as_of)
group by 1
""")


async def next_number(session: AsyncSession) -> int:
    """The next running number."""
    return int((await session.execute(select(INTERRUPTION_NUMBERS.next_value()))).scalar_one())


async def add(session: AsyncSession, row: InterruptionRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(
    session: AsyncSession, row_id: UUID, companies: Sequence[str], *, locked: bool = False
) -> InterruptionRow:
    """One interruption.  Raises: InterruptionNotFoundError."""
    query = select(InterruptionRow).where(InterruptionRow.id == row_id, InterruptionRow.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise InterruptionNotFoundError("没有这条停气记录")
    return row


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    state: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[InterruptionRow]:
    """Interruptions, newest first; of a customer those by which he is affected, fixed already or by where he lives."""
    query = select(InterruptionRow).where(InterruptionRow.company.in_(companies))
    if state is not None:
        query = query.where(InterruptionRow.state == state)
    if customer_id is not None:
        query = query.where(_affects(customer_id))
    if before is not None:
        query = query.where(InterruptionRow.id < before)
    return (await session.scalars(query.order_by(InterruptionRow.id.desc()).limit(limit))).all()


def _affects(customer_id: UUID) -> ColumnElement[bool]:
    """Whether an interruption takes the customer's gas; before it is announced, by the premises of now."""
    row, fixed, home = InterruptionRow, InterruptedCustomerRow, PremisesRow
    is_fixed = exists().where(fixed.interruption_id == row.id, fixed.customer_id == customer_id)
    by_area = and_(
        or_(row.district.is_(None), home.district == row.district),
        or_(row.community.is_(None), home.community == row.community),
        or_(row.building.is_(None), home.building == row.building),
    )
    is_named = func.cardinality(row.premises_ids) > 0
    lives_there = exists().where(
        home.customer_id == customer_id,
        home.company == row.company,
        home.state == "in_use",
        or_(and_(is_named, home.id == any_(row.premises_ids)), and_(not_(is_named), by_area)),
    )
    return or_(is_fixed, and_(row.frozen_at.is_(None), lives_there))


async def freeze(
    session: AsyncSession,
    row: InterruptionRow,
    *,
    tiers: Sequence[str],
    tags: Sequence[str],
    since: datetime | None,
    now: datetime,
) -> tuple[int, int]:
    """Fix who is affected; answers how many, and how many of them need special care."""
    values = {
        "id": row.id,
        "company": row.company,
        "district": row.district,
        "community": row.community,
        "building": row.building,
        "premises_ids": row.premises_ids,
        "tiers": list(tiers),
        "tags": list(tags),
        "since": since,
        "now": now,
    }
    found = (await session.execute(_FREEZE, values)).one()
    return int(found.customers), int(found.special)


async def begin(session: AsyncSession, row_id: UUID, at: datetime) -> None:
    """The gas went off for everybody who was fixed."""
    await session.execute(_BEGIN, {"id": row_id, "at": at})


async def end(session: AsyncSession, row_id: UUID, premises_ids: Sequence[UUID], at: datetime) -> int:
    """Gas is back at some premises, or (empty) everywhere; answers how many customers still have none."""
    await session.execute(_END, {"id": row_id, "premises_ids": list(premises_ids), "at": at})
    return int((await session.execute(_LEFT, {"id": row_id})).scalar_one())


async def customers(
    session: AsyncSession, row_id: UUID, *, is_special: bool | None, after: UUID | None, limit: int
) -> Sequence[InterruptedCustomerRow]:
    """Who is affected, or only who needs special care."""
    row = InterruptedCustomerRow
    query = select(row).where(row.interruption_id == row_id)
    if is_special is not None:
        query = query.where(row.is_special.is_(is_special))
    if after is not None:
        query = query.where(row.id > after)
    return (await session.scalars(query.order_by(row.id).limit(limit))).all()


async def customer(session: AsyncSession, row_id: UUID, customer_id: UUID) -> InterruptedCustomerRow | None:
    """One of those affected, locked."""
    row = InterruptedCustomerRow
    query = select(row).where(row.interruption_id == row_id, row.customer_id == customer_id).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def continuity(
    session: AsyncSession,
    company: str,
    *,
    from_at: datetime,
    until_at: datetime,
    as_of: datetime,
    with_planned: bool,
) -> Sequence[Mapping[str, Any]]:
    """Supply continuity by tier in customer-minutes: denominator those of the period, numerator less those lost."""
    values = {"company": company, "from_at": from_at, "until_at": until_at, "as_of": as_of}
    lost = {
        row.tier: int(row.lost or 0) for row in await session.execute(_LOST, {**values, "with_planned": with_planned})
    }
    served = {row.tier: int(row.served or 0) for row in await session.execute(_SERVED, values)}
    return [
        {
            "tier": tier,
            "numerator": max(served.get(tier, 0) - lost.get(tier, 0), 0) // 60,
            "denominator": served.get(tier, 0) // 60,
        }
        for tier in sorted(served.keys() | lost.keys())
    ]
