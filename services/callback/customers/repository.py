"""Every SQL statement of the projection of customers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers.models import CustomerRow, ServedByRow
from shared.database.codecs import dumps

_KEEP = text("""
insert into customers (id, company, version, kind, customer_class, party, standing, tier, account_manager_id,
                       district, tags)
select distinct on (id) id, company, version, kind, customer_class, party, standing, tier, account_manager_id,
       district, coalesce(tags, '{}')
from jsonb_to_recordset(cast(cast(:known as text) as jsonb))
  as known (id uuid, company text, version bigint, kind text, customer_class text, party text, standing text,
            tier text, account_manager_id uuid, district text, tags text[])
order by id, version desc
on conflict (id) do update
set version = excluded.version, kind = excluded.kind, customer_class = excluded.customer_class,
    party = excluded.party, standing = excluded.standing, tier = coalesce(customers.tier, excluded.tier),
    account_manager_id = excluded.account_manager_id, district = excluded.district, tags = excluded.tags
where customers.version < excluded.version and customers.company = excluded.company
""")
_KEEP_TIER = text("""
insert into customers (id, company, version, tier, tier_effective_at, tier_version)
values (:id, :company, 0, :tier, :effective_at, :version)
on conflict (id) do update
set tier = excluded.tier, tier_effective_at = excluded.tier_effective_at, tier_version = excluded.tier_version
where customers.tier_version < excluded.tier_version and customers.company = excluded.company
""")
_KEEP_ALIAS = text("""
insert into customer_aliases (from_id, company, to_id, version) values (:from_id, :company, :to_id, :version)
on conflict (from_id) do update set to_id = excluded.to_id, version = excluded.version
where customer_aliases.version < excluded.version and customer_aliases.company = excluded.company
""")
_KEEP_ERASED = text("""
insert into customers (id, company, version, erased_at) values (:id, :company, 0, :at)
on conflict (id) do update set erased_at = coalesce(customers.erased_at, excluded.erased_at)
where customers.company = excluded.company
""")
_KEEP_SERVED_BY = text("""
insert into served_by (id, company, version, customer_id, slot, post, staff_id, is_account_manager, is_active)
values (:id, :company, :version, :customer_id, :slot, :post, :staff_id, :is_account_manager, :is_active)
on conflict (id) do update
set version = excluded.version, customer_id = excluded.customer_id, slot = excluded.slot, post = excluded.post,
    staff_id = excluded.staff_id, is_account_manager = excluded.is_account_manager, is_active = excluded.is_active
where served_by.version < excluded.version and served_by.company = excluded.company
""")
_RESOLVE = text("""
with recursive chain (id, hops) as (
  select cast(:id as uuid), 0
  union all
  select a.to_id, o.hops + 1 from chain o
  join customer_aliases a on a.from_id = o.id and a.company = :company and a.to_id <> a.from_id where o.hops < 10)
select id from chain order by hops desc limit 1
""")

_IDENTITIES = text("""
with recursive same (id, hops) as (
  select cast(:id as uuid), 0
  union
  select a.from_id, s.hops + 1 from same s
  join customer_aliases a on a.to_id = s.id and a.company = :company and a.to_id <> a.from_id where s.hops < 10)
select distinct id from same
""")


async def keep(session: AsyncSession, known: Sequence[Mapping[str, Any]]) -> None:
    """Keep what events say, unless something newer is kept already; ids are locked in their order."""
    await session.execute(_KEEP, {"known": dumps(list(known))})


async def keep_tier(session: AsyncSession, known: Mapping[str, Any]) -> None:
    """Keep a tier, unless a newer one is kept already."""
    await session.execute(_KEEP_TIER, dict(known))


async def keep_alias(session: AsyncSession, from_id: UUID, company: str, to_id: UUID, version: int) -> None:
    """Keep which customer another one became."""
    await session.execute(_KEEP_ALIAS, {"from_id": from_id, "company": company, "to_id": to_id, "version": version})


async def keep_erased(session: AsyncSession, customer_id: UUID, company: str, at: datetime) -> None:
    """Keep that the customer's personal data are gone."""
    await session.execute(_KEEP_ERASED, {"id": customer_id, "company": company, "at": at})


async def resolve(session: AsyncSession, customer_id: UUID, company: str) -> UUID:
    """The customer that this one is now, aliases followed."""
    found: UUID = await session.scalar(_RESOLVE, {"id": customer_id, "company": company})
    return found


async def identities(session: AsyncSession, customer_id: UUID, company: str) -> Sequence[UUID]:
    """This customer and every one that became it."""
    return (await session.scalars(_IDENTITIES, {"id": customer_id, "company": company})).all()


async def get(session: AsyncSession, customer_id: UUID, company: str) -> CustomerRow | None:
    """What is known here of a customer of the company."""
    statement = select(CustomerRow).where(CustomerRow.id == customer_id, CustomerRow.company == company)
    return (await session.execute(statement)).scalar_one_or_none()


async def active(
    session: AsyncSession, company: str, tiers: Sequence[str], *, after: UUID | None, limit: int
) -> Sequence[CustomerRow]:
    """Customers of these tiers who are served, by id; the ledger (台帐) of the tiers."""
    statement = select(CustomerRow).where(
        CustomerRow.company == company,
        CustomerRow.tier.in_(list(tiers)),
        CustomerRow.standing == "active",
        CustomerRow.erased_at.is_(None),
    )
    if after is not None:
        statement = statement.where(CustomerRow.id > after)
    return (await session.scalars(statement.order_by(CustomerRow.id).limit(limit))).all()


async def keep_served_by(session: AsyncSession, known: Mapping[str, Any]) -> None:
    """Keep who is named to serve a customer, unless something newer is kept already."""
    await session.execute(_KEEP_SERVED_BY, dict(known))


async def served_by(session: AsyncSession, company: str, customer_ids: Sequence[UUID]) -> Sequence[ServedByRow]:
    """Who is named to serve these customers, the first named first."""
    statement = select(ServedByRow).where(
        ServedByRow.company == company, ServedByRow.customer_id.in_(list(customer_ids)), ServedByRow.is_active
    )
    return (await session.scalars(statement.order_by(ServedByRow.id))).all()
