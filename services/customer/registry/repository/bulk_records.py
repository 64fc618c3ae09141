"""Chunks of an import: tags that files set, and gas equipment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database.codecs import dumps

_KEPT_TAGS = """
select customer_id, tag from customer_tags where customer_id = any($1) and state = 'active' and source = 'person'
union
select customer_id, tag from vulnerable_persons where customer_id = any($1) and state = 'active'
"""

_END_TAGS = """
update customer_tags t set state = 'removed', ended_by = $3, ended_at = $2, version = t.version + 1
from jsonb_to_recordset($1::text::jsonb) as n (customer_id uuid, tags text[])
where t.customer_id = n.customer_id and t.state = 'active' and t.source <> 'person' and t.tag <> all (n.tags)
"""

_SET_TAGS = """
insert into customer_tags (id, company, customer_id, tag, source, state, set_by, set_at)
select n.id, n.company, n.customer_id, n.tag, 'import', 'active', $3, $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, customer_id uuid, tag text)
on conflict (customer_id, tag) where state = 'active' do nothing
"""

_UPSERT_EQUIPMENT = """
insert into gas_equipment (id, company, customer_id, premises_id, kind, brand, model, number, installed_on,
  service_years, expires_on, hazards, state, created_by, created_at, updated_at)
select n.id, n.company, n.customer_id, n.premises_id, n.kind, n.brand, n.model, n.number, n.installed_on,
  n.service_years, n.expires_on, coalesce(n.hazards, '{}'), 'in_use', $3, $2, $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, company text, customer_id uuid, premises_id uuid, kind text,
  brand text, model text, number text, installed_on date, service_years integer, expires_on date, hazards text[])
on conflict (company, customer_id, number) where number is not null do update set
  kind = excluded.kind, brand = coalesce(excluded.brand, gas_equipment.brand),
  model = coalesce(excluded.model, gas_equipment.model),
  installed_on = coalesce(excluded.installed_on, gas_equipment.installed_on),
  service_years = excluded.service_years, expires_on = coalesce(excluded.expires_on, gas_equipment.expires_on),
  hazards = case when $4 then excluded.hazards else gas_equipment.hazards end, state = 'in_use', updated_at = $2,
  version = gas_equipment.version + 1
  where (gas_equipment.kind, gas_equipment.brand, gas_equipment.model, gas_equipment.installed_on,
      gas_equipment.expires_on, gas_equipment.state)
    is distinct from (excluded.kind, coalesce(excluded.brand, gas_equipment.brand),
      coalesce(excluded.model, gas_equipment.model), coalesce(excluded.installed_on, gas_equipment.installed_on),
      coalesce(excluded.expires_on, gas_equipment.expires_on), 'in_use')
    or $4 and gas_equipment.hazards <> excluded.hazards
returning id, customer_id, number, version
"""


async def kept_tags(raw: Any, customer_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The tags of each customer that no file may take away: set by a person, or a vulnerable person's."""
    kept: dict[UUID, set[str]] = {}
    for row in await raw.fetch(_KEPT_TAGS, list(customer_ids)):
        kept.setdefault(row["customer_id"], set()).add(row["tag"])
    return kept


async def replace_tags(
    raw: Any, said: list[dict[str, Any]], rows: list[dict[str, Any]], now: datetime, actor: str | None
) -> None:
    """Bring the tags that files set to what the file says."""
    if said:
        await raw.execute(_END_TAGS, dumps(said), now, actor)
    if rows:
        await raw.execute(_SET_TAGS, dumps(rows), now, actor)


async def primary_premises(raw: Any, customer_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The primary address of each customer."""
    rows = await raw.fetch(
        "select distinct on (customer_id) customer_id, id from premises where customer_id = any($1)"
        " and state <> 'withdrawn' order by customer_id, is_primary desc, id",
        list(customer_ids),
    )
    return {row["customer_id"]: row["id"] for row in rows}


async def upsert_equipment(
    raw: Any, rows: list[dict[str, Any]], now: datetime, actor: str | None, *, has_hazards: bool
) -> list[Any]:
    """Store equipment by customer and number; answers only what is new or changed."""
    answered: list[Any] = await raw.fetch(_UPSERT_EQUIPMENT, dumps(rows), now, actor, has_hazards)
    return answered
