"""A large base of customers made in SQL: names, addresses, meters, telephones, contacts and orders like real ones."""

from typing import Any
from uuid import UUID

CHUNK = 50_000
_BIGRAMS = "array(select distinct substr({0}, i, 2) from generate_series(1, length({0}) - 1) i)"
_BASE = (
    f"""
with named as (
  select g, substr('王李张刘陈杨赵黄周吴', g % 10 + 1, 1) || chr(19968 + g / 10 % 400)
    || chr(20500 + g / 4000 % 400) as n
  from generate_series($3::int, $4::int) g
)
insert into customers (id, company, number, name, name_key, name_bigrams, kind, customer_class, party, standing,
  daily_volume_m3, facts, tags, district, tier, registered_at, updated_at)
select md5('bench-customer-' || g)::uuid, $1, 'B' || g, n, n, {_BIGRAMS.format("n")}, 'residential', 'a', 'individual',
  'active', g % 40, '{{}}', case when g % 500 = 0 then array['vulnerable'] else '{{}}' end, '东城区', 'general',
  now(), now()
from named where $2::uuid is not null
""",
    f"""
with placed as (
  select g, '东城区' || chr(21000 + g % 900) || chr(22000 + g / 900 % 900) || '路' || g % 300 || '号' as a
  from generate_series($3::int, $4::int) g
)
insert into premises (id, company, customer_id, address, address_key, address_bigrams, district, kind, state,
  is_primary, created_at)
select md5('bench-premises-' || g)::uuid, $1, md5('bench-customer-' || g)::uuid, a, a, {_BIGRAMS.format("a")}, '东城区',
  'residence', 'in_use', true, now()
from placed where $2::uuid is not null
""",
    """
insert into meters (id, company, customer_id, premises_id, number, kind, state, created_at)
select md5('bench-meter-' || g)::uuid, $1, md5('bench-customer-' || g)::uuid, md5('bench-premises-' || g)::uuid,
  'B' || g, 'diaphragm', 'in_use', now()
from generate_series($3::int, $4::int) g where $2::uuid is not null
""",
    """
insert into phones (id, company, customer_id, label, cipher, phone_index, last4_index, is_primary, state, created_at)
select md5('bench-phone-' || g)::uuid, $1, md5('bench-customer-' || g)::uuid, null, p.cipher, md5('bench-' || g),
  md5('bench4-' || g % 10000), true, 'active', now()
from generate_series($3::int, $4::int) g, (select cipher from phones where customer_id = $2 limit 1) p
""",
    """
insert into contacts (id, company, channel, direction, outcome, customer_id, started_at, created_at)
select uuidv7(), $1, 'hotline', 'inbound', 'answered',
  case when g <= 10000 and g % 200 = 0 then $2::uuid else md5('bench-customer-' || g)::uuid end,
  now() - make_interval(mins => g % 500000),
  now()
from generate_series($3::int, $4::int) g
""",
)
_TABLES = ("customers", "premises", "meters", "phones", "contacts", "service_orders", "clocks")


async def fill_base(admin: Any, company: str, real: UUID, *, count: int) -> None:
    """Bring the number of filler customers of a company to `count`; `real` lends its telephone and gets contacts."""
    present = await admin.fetchval("select count(*) from customers where company = $1 and number like 'B%'", company)
    for first in range(present, count, CHUNK):
        for statement in _BASE:
            await admin.execute(statement, company, real, first + 1, min(first + CHUNK, count))
    await _settle(admin)


async def fill_orders(admin: Any, template: UUID, *, count: int, state: str, every: int) -> list[UUID]:
    """Orders after the pattern of a real one with its clocks; with `every`, all but one in so many are closed."""
    made = await admin.fetch(_ORDERS, template, count, state, every)
    own = [row["column_name"] for row in await admin.fetch(_WRITABLE)]
    copied = _CLOCKS.format(own=", ".join(own), made=", ".join(f"made.{name}" for name in own))
    await admin.execute(copied, template, [row["id"] for row in made if row["state"] == state])
    await _settle(admin)
    return [row["id"] for row in made]


_ORDERS = """
insert into service_orders
select made.* from service_orders o, generate_series(1, $2::int) g, lateral jsonb_populate_record(
  null::service_orders,
  to_jsonb(o) || jsonb_build_object('id', uuidv7(),
    'number', 'B' || $3::text || g || '-' || extract(epoch from now())::bigint,
    'state', case when $4::int = 0 or g % greatest($4::int, 1) = 0 then $3::text else 'closed' end,
    'completed_at', case when $4::int > 0 and g % greatest($4::int, 1) <> 0 then now() end,
    'closed_at', case when $4::int > 0 and g % greatest($4::int, 1) <> 0 then now() end)
  || case when $3::text = 'requested' then jsonb_build_object('customer_id', coalesce(
       (select id from customers c where c.id = md5('bench-customer-' || g)::uuid), o.customer_id)) else '{}'::jsonb end
) made
where o.id = $1
returning id, state
"""
_CLOCKS = """
insert into clocks ({own})
select {made} from clocks c, unnest($2::uuid[]) as wanted (id), lateral jsonb_populate_record(
  null::clocks, to_jsonb(c) || jsonb_build_object('id', uuidv7(), 'subject_id', wanted.id)
) made
where c.subject_id = $1
"""
_WRITABLE = """
select column_name from information_schema.columns
where table_schema = current_schema and table_name = 'clocks' and is_generated = 'NEVER' order by ordinal_position
"""


async def _settle(admin: Any) -> None:
    for table in _TABLES:
        await admin.execute(f"vacuum analyze {table}")
    await admin.execute("checkpoint")
