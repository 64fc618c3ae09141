"""Chunks of an import: COPY for what is new, one statement per table for what changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps

CUSTOMER_COLUMNS = (
    "id",
    "company",
    "number",
    "name",
    "name_key",
    "name_bigrams",
    "kind",
    "customer_class",
    "party",
    "standing",
    "capacity_m3_day",
    "daily_volume_m3",
    "member_count",
    "tags",
    "facts",
    "district",
    "identity_kind",
    "identity_cipher",
    "identity_index",
    "tier",
    "row_hash",
    "account_state",
    "registered_at",
    "registered_by",
    "updated_at",
    "updated_by",
)
PREMISES_COLUMNS = (
    "id",
    "company",
    "customer_id",
    "address",
    "address_key",
    "address_bigrams",
    "province",
    "city",
    "district",
    "street",
    "community",
    "building",
    "unit",
    "room",
    "kind",
    "state",
    "is_primary",
    "created_by",
    "created_at",
)
METER_COLUMNS = ("id", "company", "customer_id", "premises_id", "number", "kind", "state", "created_by", "created_at")
TAG_COLUMNS = ("id", "company", "customer_id", "tag", "source", "state", "set_by", "set_at")
CHANGE_COLUMNS = (
    *("id", "company", "customer_id", "version", "at", "actor", "subject", "subject_id", "action", "field"),
    *("is_personal", "old_value", "new_value"),
)
PHONE_COLUMNS = (
    "id",
    "company",
    "customer_id",
    "member_id",
    "cipher",
    "phone_index",
    "last4_index",
    "is_primary",
    "state",
    "created_by",
    "created_at",
)


async def connection(session: AsyncSession) -> Any:
    """The driver's connection of the session, inside its transaction.

    A statement first: COPY as the first action of a session would run outside its transaction.
    """
    await session.execute(text("set local statement_timeout = '60s'"))
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def known_numbers(raw: Any, company: str, numbers: Sequence[str]) -> dict[str, Any]:
    """Customers that exist already, locked, by number."""
    rows = await raw.fetch(
        "select number, id, version, row_hash, standing, party, name, kind, capacity_m3_day, daily_volume_m3,"
        " member_count, facts, district, identity_index,"
        " (select p.address from premises p where p.customer_id = customers.id and p.is_primary limit 1) as address"
        " from customers where company = $1 and number = any($2) order by id for update",
        company,
        list(numbers),
    )
    return {row["number"]: row for row in rows}


async def meter_owners(raw: Any, company: str, numbers: Sequence[str]) -> dict[str, UUID]:
    """Whose the meters are, by number."""
    rows = await raw.fetch(
        "select number, customer_id from meters where company = $1 and number = any($2)", company, list(numbers)
    )
    return {row["number"]: row["customer_id"] for row in rows}


async def copy_new(raw: Any, tables: Mapping[str, tuple[Sequence[str], list[tuple[Any, ...]]]]) -> None:
    """COPY the rows of each table, in the order given."""
    for table, (columns, records) in tables.items():
        if records:
            await raw.copy_records_to_table(table, columns=list(columns), records=records)


_UPDATE_CUSTOMERS = """
update customers c set
  name = n.name, name_key = n.name_key, name_bigrams = n.name_bigrams,
  kind = n.kind, customer_class = n.customer_class, party = n.party,
  standing = coalesce(n.standing, c.standing),
  capacity_m3_day = coalesce(n.capacity_m3_day, c.capacity_m3_day),
  daily_volume_m3 = coalesce(n.daily_volume_m3, c.daily_volume_m3),
  member_count = coalesce(n.member_count, c.member_count),
  tags = coalesce(n.tags, c.tags), facts = c.facts || n.facts, district = coalesce(n.district, c.district),
  identity_kind = coalesce(n.identity_kind, c.identity_kind),
  identity_cipher = coalesce(n.identity_cipher, c.identity_cipher),
  identity_index = coalesce(n.identity_index, c.identity_index),
  account_state = case when n.standing = 'closed' then 'closed'
    when n.standing = 'active' and c.account_state = 'closed' then 'open' else c.account_state end,
  row_hash = decode(n.row_hash, 'hex'), updated_at = $2, updated_by = $3, version = c.version + 1
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, name text, name_key text, name_bigrams text[], kind text,
  customer_class text, party text, standing text, capacity_m3_day numeric, daily_volume_m3 numeric,
  member_count integer, tags text[], facts jsonb, district text, identity_kind text, identity_cipher text,
  identity_index text, row_hash text)
where c.id = n.id
returning c.id, c.version, c.number, c.kind, c.customer_class, c.party, c.standing, c.tier, c.tags, c.district,
  c.account_manager_id
"""

_UPDATE_PREMISES = """
with n as (
  select * from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, customer_id uuid, address text,
    address_key text, address_bigrams text[], province text, city text, district text, street text, community text,
    building text, unit text, room text, kind text)
), changed as (
  update premises p set address = n.address, address_key = n.address_key, address_bigrams = n.address_bigrams,
    province = coalesce(n.province, p.province), city = coalesce(n.city, p.city),
    district = coalesce(n.district, p.district), street = coalesce(n.street, p.street),
    community = coalesce(n.community, p.community), building = coalesce(n.building, p.building),
    unit = coalesce(n.unit, p.unit), room = coalesce(n.room, p.room),
    version = p.version + 1
  from n where p.customer_id = n.customer_id and p.is_primary
  returning p.customer_id
)
insert into premises (id, company, customer_id, address, address_key, address_bigrams, province, city, district, street,
  community, building, unit, room, kind, state, is_primary, created_at)
select id, company, customer_id, address, address_key, address_bigrams, province, city, district, street, community,
  building, unit, room, kind, 'in_use', true, $2
from n where customer_id not in (select customer_id from changed)
"""

_UPSERT_METERS = """
insert into meters (id, company, customer_id, premises_id, number, kind, state, created_at)
select n.id, n.company, n.customer_id,
  (select p.id from premises p where p.customer_id = n.customer_id and p.is_primary limit 1),
  n.number, coalesce(n.kind, 'other'), 'in_use', $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, customer_id uuid, number text, kind text)
on conflict (company, number) do update set
  kind = case when excluded.kind = 'other' then meters.kind else excluded.kind end, state = 'in_use',
  version = meters.version + 1
  where meters.customer_id = excluded.customer_id
"""

_UPSERT_PHONES = """
insert into phones (id, company, customer_id, member_id, cipher, phone_index, last4_index, is_primary, state,
  created_at)
select id, company, customer_id, member_id, cipher, phone_index, last4_index, is_primary, 'active', $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, customer_id uuid, member_id uuid, cipher text,
  phone_index text, last4_index text, is_primary boolean)
on conflict (customer_id, phone_index) do update set
  state = 'active', is_primary = excluded.is_primary, version = phones.version + 1
  where phones.state <> 'active' or phones.is_primary <> excluded.is_primary
"""

_WITHDRAW_PHONES = """
update phones f set state = 'withdrawn', is_primary = false, version = f.version + 1
from jsonb_to_recordset($1::text::jsonb) as n (customer_id uuid, kept text[])
where f.customer_id = n.customer_id and f.member_id is null and f.label is null and f.state = 'active'
  and cardinality(n.kept) > 0 and f.phone_index <> all (n.kept)
"""

_UPSERT_MEMBERS = """
insert into group_members (id, company, group_id, number, name, kind, title, born_on, state, created_at)
select id, company, group_id, number, name, kind, title, born_on, 'active', $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, group_id uuid, number text, name text, kind text,
  title text, born_on date)
on conflict (group_id, number) do update set name = excluded.name,
  kind = case when group_members.kind_source = 'stated' then excluded.kind else group_members.kind end,
  title = coalesce(excluded.title, group_members.title), born_on = coalesce(excluded.born_on, group_members.born_on),
  state = 'active', left_on = null, is_settled = false, version = group_members.version + 1
  where (group_members.name, group_members.kind, group_members.title, group_members.born_on, group_members.state)
    is distinct from (excluded.name,
      case when group_members.kind_source = 'stated' then excluded.kind else group_members.kind end,
      coalesce(excluded.title, group_members.title), coalesce(excluded.born_on, group_members.born_on), 'active')
returning id, group_id, number, version
"""


async def update_customers(raw: Any, rows: list[dict[str, Any]], now: datetime, actor: str | None) -> list[Any]:
    """Store changed customers; answers their columns after the change."""
    answered: list[Any] = await raw.fetch(_UPDATE_CUSTOMERS, dumps(rows), now, actor)
    return answered


async def update_belongings(
    raw: Any,
    *,
    premises: list[dict[str, Any]],
    meters: list[dict[str, Any]],
    phones: list[dict[str, Any]],
    kept: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Bring premises, meters and telephones of changed customers to what the file says."""
    await raw.execute(_UPDATE_PREMISES, dumps(premises), now)
    if meters:
        await raw.execute(_UPSERT_METERS, dumps(meters), now)
    await raw.execute(_WITHDRAW_PHONES, dumps(kept))
    if phones:
        await raw.execute(_UPSERT_PHONES, dumps(phones), now)


async def upsert_members(raw: Any, rows: list[dict[str, Any]], now: datetime) -> list[Any]:
    """Store members by group and number; answers only those that are new or changed."""
    answered: list[Any] = await raw.fetch(_UPSERT_MEMBERS, dumps(rows), now)
    return answered


async def member_ids(raw: Any, group_ids: Sequence[UUID]) -> dict[tuple[UUID, str], UUID]:
    """Ids of all members of the groups, by group and number."""
    rows = await raw.fetch("select id, group_id, number from group_members where group_id = any($1)", list(group_ids))
    return {(row["group_id"], row["number"]): row["id"] for row in rows}


async def upsert_phones(raw: Any, rows: list[dict[str, Any]], now: datetime) -> None:
    """Store telephones by customer and blind index."""
    if rows:
        await raw.execute(_UPSERT_PHONES, dumps(rows), now)


async def touch(raw: Any, customer_ids: Sequence[UUID], now: datetime) -> list[Any]:
    """Raise the version of customers whose belongings changed; answers their columns."""
    rows: list[Any] = await raw.fetch(
        "update customers set version = version + 1, updated_at = $2 where id = any($1)"
        " returning id, version, number, kind, customer_class, party, standing, tier, tags, district,"
        " account_manager_id",
        list(customer_ids),
        now,
    )
    return rows


async def add_errors(raw: Any, import_id: UUID, company: str, errors: Sequence[Any]) -> None:
    """Record refused cells; a chunk that runs again after a kill finds its transaction rolled back, so COPY is safe."""
    columns = ["import_id", "sheet", "line", "position", "company", "column_name", "rule", "message"]
    records = [(import_id, e.sheet, e.line, e.position, company, e.column, e.rule, e.message) for e in errors]
    if records:
        await raw.copy_records_to_table("import_errors", columns=columns, records=records)
