"""What is kept here of customers, fed by events (design.md 3)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import CustomerRow
from shared.database.codecs import dumps


async def customer(session: AsyncSession, customer_id: UUID, *, lock: bool = False) -> CustomerRow | None:
    """What is known here of a customer."""
    return await session.get(CustomerRow, customer_id, with_for_update=lock)


async def customer_standing(connection: Any, customer_id: UUID) -> Mapping[str, Any] | None:
    """What is known of a customer, aliases followed, for the hot path."""
    row: Mapping[str, Any] | None = await connection.fetchrow(
        "with recursive chain (id, hops) as (select $1::uuid, 0 union all"
        " select a.to_id, o.hops + 1 from chain o join customer_aliases a on a.from_id = o.id and a.to_id <> a.from_id"
        " where o.hops < 10)"
        " select c.id, c.company, c.kind, c.party, c.standing, c.tier, c.tier_version, c.account_manager_id"
        " from customers c where c.id = (select id from chain order by hops desc limit 1)",
        customer_id,
    )
    return row


_KEEP_CUSTOMERS = text("""
insert into customers (id, company, version, kind, party, standing, tier, account_manager_id, tags)
select distinct on (id) id, company, version, kind, party, standing, tier, account_manager_id, coalesce(tags, '{}')
from jsonb_to_recordset(cast(cast(:known as text) as jsonb))
  as known (id uuid, company text, version bigint, kind text, party text, standing text, tier text,
            account_manager_id uuid, tags text[])
order by id, version desc
on conflict (id) do update
set version = excluded.version, kind = excluded.kind, party = excluded.party, standing = excluded.standing,
    tier = coalesce(customers.tier, excluded.tier), account_manager_id = excluded.account_manager_id,
    tags = excluded.tags
where customers.version < excluded.version
""")

_KEEP_TIER = text("""
insert into customers (id, company, version, tier, tier_effective_at, tier_version)
values (:id, :company, 0, :tier, :effective_at, :version)
on conflict (id) do update
set tier = excluded.tier, tier_effective_at = excluded.tier_effective_at, tier_version = excluded.tier_version
where customers.tier_version < excluded.tier_version
returning id
""")


async def keep_customers(session: AsyncSession, known: Sequence[Mapping[str, Any]]) -> None:
    """Keep what events say of customers, unless something newer is kept already; ids are locked in their order."""
    await session.execute(_KEEP_CUSTOMERS, {"known": dumps(list(known))})


async def keep_tier(session: AsyncSession, known: Mapping[str, Any]) -> bool:
    """Keep a customer's tier; False when something newer is kept already."""
    return (await session.execute(_KEEP_TIER, dict(known))).scalar_one_or_none() is not None


_KEEP_ALIAS = text("""
insert into customer_aliases (from_id, company, to_id, version) values (:from_id, :company, :to_id, :version)
on conflict (from_id) do update set to_id = excluded.to_id, version = excluded.version
where customer_aliases.version < excluded.version
""")


async def keep_alias(session: AsyncSession, from_id: UUID, company: str, to_id: UUID, version: int) -> None:
    """Keep which customer another one became."""
    await session.execute(_KEEP_ALIAS, {"from_id": from_id, "company": company, "to_id": to_id, "version": version})
