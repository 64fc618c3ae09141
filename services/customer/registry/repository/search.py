"""Finding customers: by telephone, number, meter, name or address; plain rows, fast."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.http.hot_tx import HotTx

CANDIDATES = 2_000
"""How many matches of a fragment are ranked; a fragment that matches more wants another character."""

_CARD = """
select c.id, c.company, c.number, c.name, c.kind, c.customer_class, c.party, c.standing, c.tier, c.tags, c.district,
  c.account_manager_id, c.version, c.merged_into, {ranked}, p.address, f.id as phone_id, f.cipher as phone_cipher
from {source} join customers c on c.id = found.id
left join lateral (
  select address from premises where customer_id = c.id and state <> 'withdrawn' order by is_primary desc, id limit 1
) p on true
left join lateral (
  select id, cipher from phones where customer_id = c.id and member_id is null and state = 'active'
  order by is_primary desc, id limit 1
) f on true
"""

_PLAIN = _CARD.format(ranked="found.via, 0 as rank, 0 as length", source="found")
_RANKED = _CARD.format(ranked="found.via, found.rank, found.length", source="found")

_BY_PHONE = f"""
with found as (
  select id, 'phone' as via from (
    (select distinct on (f.customer_id) f.customer_id as id from phones f
     where (f.company, f.phone_index) in (select * from unnest($1::text[], $2::text[])) and f.state = 'active'
       and ($3::uuid is null or f.customer_id > $3)
     order by f.customer_id limit $4)
    union
    (select distinct on (f.customer_id) f.customer_id as id from contact_persons f
     where (f.company, f.phone_index) in (select * from unnest($1::text[], $2::text[])) and f.state = 'active'
       and ($3::uuid is null or f.customer_id > $3)
     order by f.customer_id limit $4)
  ) every order by id limit $4
) {_PLAIN} order by c.id
"""  # noqa: S608

_BY_LAST_FOUR = _BY_PHONE.replace("f.phone_index", "f.last4_index")

_SURVIVOR = """chain (id, company, merged_into) as (
  select id, company, merged_into from customers where company = any($1::text[]) and number = {number}
  union
  select n.id, n.company, n.merged_into from chain o join customers n on n.id = o.merged_into and n.company = o.company
)"""
"""Whoever answers to a number today: the old number of a merged row leads to the row that stays."""

_BY_NUMBER = f"""
with recursive {_SURVIVOR.format(number="$2")}, found as (
  select id, 'number' as via from chain where merged_into is null
    and ($3::uuid is null or id > $3) order by id limit $4
) {_PLAIN} order by c.id
"""  # noqa: S608

_BY_METER = f"""
with found as (
  select customer_id as id, 'meter' as via from meters where company = any($1::text[]) and number = $2
    and ($3::uuid is null or customer_id > $3) order by customer_id limit $4
) {_PLAIN} order by c.id
"""  # noqa: S608

_BY_IDS = f"""
with found as (
  select id, 'id' as via from customers where company = any($1::text[]) and id = any($2::uuid[])
    and ($3::uuid is null or id > $3) order by id limit $4
) {_PLAIN} order by c.id
"""  # noqa: S608

_ALL = f"""
with found as (
  select id, 'list' as via from customers where company = $1 and ($2::uuid is null or id > $2) order by id limit $3
) {_PLAIN} order by c.id
"""  # noqa: S608

_BY_TIER = f"""
with found as (
  select id, 'tier' as via from customers where company = $1 and tier = $4 and ($2::uuid is null or id > $2)
  order by id limit $3
) {_PLAIN} order by c.id
"""  # noqa: S608

_BY_FRAGMENT = f"""
with recursive {_SURVIVOR.format(number="$4")}, matches as (
  (select id, name_key as key, 'name' as via from customers
   where name_bigrams @> $2::text[] and company = any($1::text[]) and position($3 in name_key) > 0
     and standing <> 'merged'
   limit {CANDIDATES})
  union all
  (select customer_id, address_key, 'address' from premises
   where address_bigrams @> $2::text[] and company = any($1::text[]) and position($3 in address_key) > 0
     and state <> 'withdrawn' limit {CANDIDATES})
  union all
  select id, $3, 'number' from chain where merged_into is null
  union all
  select customer_id, $3, 'meter' from meters where company = any($1::text[]) and number = $4
), ranked as (
  select distinct on (id) id, via,
    case when key = $3 then 0 when starts_with(key, $3) then 1 else 2 end as rank, length(key) as length
  from matches order by id, rank, length, via desc
), found as (
  select * from ranked
  where $5::int is null or (rank, length, id) > ($5::int, $6::int, $7::uuid)
  order by rank, length, id limit $8
) {_RANKED} order by found.rank, found.length, c.id
"""  # noqa: S608


async def by_phone(
    hot: HotTx, companies: Sequence[str], indexes: Sequence[str], after: UUID | None, limit: int, *, last_four: bool
) -> list[Any]:
    """Customers with this telephone (or these last four digits), their own or a member's."""
    return await hot.fetch(_BY_LAST_FOUR if last_four else _BY_PHONE, list(companies), list(indexes), after, limit)


async def by_number(hot: HotTx, companies: Sequence[str], number: str, after: UUID | None, limit: int) -> list[Any]:
    """The customer of exactly this number, in each company."""
    return await hot.fetch(_BY_NUMBER, list(companies), number, after, limit)


async def by_meter(hot: HotTx, companies: Sequence[str], number: str, after: UUID | None, limit: int) -> list[Any]:
    """The customer whose meter has exactly this number, in each company."""
    return await hot.fetch(_BY_METER, list(companies), number, after, limit)


async def by_ids(
    hot: HotTx, companies: Sequence[str], ids: Sequence[UUID], after: UUID | None, limit: int
) -> list[Any]:
    """Those of the ids that exist in the companies."""
    return await hot.fetch(_BY_IDS, list(companies), list(ids), after, limit)


async def listed(hot: HotTx, company: str, tier: str | None, after: UUID | None, limit: int) -> list[Any]:
    """Customers of one company by id, all or those of a tier."""
    if tier is None:
        return await hot.fetch(_ALL, company, after, limit)
    return await hot.fetch(_BY_TIER, company, after, limit, tier)


async def by_fragment(
    hot: HotTx,
    companies: Sequence[str],
    *,
    pairs: Sequence[str],
    key: str,
    number: str,
    after: tuple[int, int, UUID] | None,
    limit: int,
) -> list[Any]:
    """Customers whose name or address holds the fragment, best first: exact, prefix, shortest."""
    rank, length, last = after or (None, None, None)
    return await hot.fetch(_BY_FRAGMENT, list(companies), list(pairs), key, number, rank, length, last, limit)


_WHOLE = """
select c.id, c.company, c.number, c.name, c.kind, c.customer_class, c.party, c.standing, c.capacity_m3_day,
  c.daily_volume_m3, c.member_count, c.tags, c.facts, c.account_manager_id, c.district, c.identity_kind,
  c.identity_cipher, c.tier, c.tier_rule, c.tier_confirmed_at, c.tier_policy_version, c.merged_into, c.erased_at,
  c.account_state, c.account_opened_on, c.account_closed_on, c.registered_at, c.registered_by, c.updated_at,
  c.updated_by, c.version,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'address', p.address, 'province', p.province,
     'city', p.city, 'district', p.district, 'street', p.street, 'community', p.community, 'building', p.building,
     'unit', p.unit, 'room', p.room, 'kind', p.kind, 'state', p.state, 'is_primary', p.is_primary, 'version', p.version,
     'equipment', (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'brand', e.brand,
        'model', e.model, 'number', e.number, 'installed_on', e.installed_on, 'service_years', e.service_years,
        'expires_on', e.expires_on, 'hazards', e.hazards, 'state', e.state, 'version', e.version) order by e.id), '[]')
        from gas_equipment e where e.premises_id = p.id))
     order by p.is_primary desc, p.id), '[]') from premises p where p.customer_id = c.id) as premises,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'premises_id', premises_id, 'number', number, 'kind', kind,
     'state', state, 'installed_on', installed_on, 'initial_reading', initial_reading, 'last_reading', last_reading,
     'last_read_on', last_read_on, 'removed_on', removed_on, 'removed_reason', removed_reason,
     'replaces_id', replaces_id, 'version', version) order by id), '[]')
   from meters where customer_id = c.id) as meters,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'label', label, 'cipher', cipher, 'is_primary', is_primary,
     'state', state, 'version', version) order by is_primary desc, id), '[]')
   from phones where customer_id = c.id and member_id is null) as phones,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'premises_id', premises_id, 'name', name,
     'relation', relation, 'title', title, 'cipher', cipher, 'is_reachable_in_emergency', is_reachable_in_emergency,
     'state', state, 'version', version) order by id), '[]')
   from contact_persons where customer_id = c.id) as contact_persons
from customers c where c.id = $1 and c.company = any($2::text[])
"""


async def whole(hot: HotTx, customer_id: UUID, companies: Sequence[str]) -> Any:
    """One customer with premises, meters and own telephones in one statement; None if there is none."""
    return await hot.fetchrow(_WHOLE, customer_id, list(companies))


_WHOLE_WITHIN = text(_WHOLE.replace("$1", ":customer_id").replace("$2::text[]", "cast(:companies as text[])")).columns(
    facts=JSONB, premises=JSONB, meters=JSONB, phones=JSONB, contact_persons=JSONB
)


async def whole_within(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> Any:
    """The same inside a session's transaction, to show what was just written."""
    found = await session.execute(_WHOLE_WITHIN, {"customer_id": customer_id, "companies": list(companies)})
    return found.mappings().one_or_none()
