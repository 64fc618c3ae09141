"""Gaps: customers whose tier asks for somebody who is missing, has left, or serves too many – a query, no job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.codecs import dumps

_GAPS = text("""
with wanted as (
  select * from jsonb_to_recordset(cast(cast(:wanted as text) as jsonb))
    as w (slot text, name text, post text, at_least integer, max_load integer, is_account_manager boolean, kind text,
          party text)
), loads as (
  select a.slot, a.staff_id, count(*) as load from service_assignments a
  where a.company = :company and a.state = 'active'
    and a.slot in (select slot from wanted where max_load is not null)
  group by a.slot, a.staff_id
), places as (
  select c.id as customer_id, c.tier, c.party, w.slot, w.name, w.post, w.kind, w.at_least, held.present, held.gone,
    held.overloaded, held.staff_ids, held.proposed
  from customers c
  join wanted w on w.party = c.party
  cross join lateral (
    select count(*) filter (where h.is_active and h.is_fit) as present,
      count(*) filter (where h.is_active and not h.is_fit) as gone,
      count(*) filter (where not h.is_active) as proposed,
      coalesce(bool_or(h.is_active and l.load > w.max_load), false) as overloaded,
      coalesce(array_agg(h.staff_id order by h.staff_id) filter (where h.is_active), '{}') as staff_ids
    from (
      select a.staff_id, a.state = 'active' as is_active,
        coalesce(s.state <> 'left' and s.company = a.company and w.post = any(s.posts), false) as is_fit
      from service_assignments a left join staff s on s.id = a.staff_id
      where a.customer_id = c.id and a.slot = w.slot and a.state in ('active', 'proposed')
        and a.company = :company
      union all
      select c.account_manager_id, true,
        coalesce(s.state <> 'left' and s.company = c.company and w.post = any(s.posts), false)
      from (select 1) as one left join staff s on s.id = c.account_manager_id
      where w.is_account_manager and c.account_manager_id is not null and not exists (
        select from service_assignments a where a.customer_id = c.id and a.slot = w.slot and a.state = 'active'
          and a.company = :company)
    ) h left join loads l on l.slot = w.slot and l.staff_id = h.staff_id
  ) held
  where c.company = :company and c.tier = :tier and c.standing in ('active', 'suspended')
    and (cast(:after_id as uuid) is null or c.id >= :after_id)
    and (cast(:customer_id as uuid) is null or c.id = :customer_id)
), judged as (
  select p.*, case when p.gone > 0 then 'left' when p.present < p.at_least then 'missing'
                   when p.overloaded then 'overloaded' end as gap
  from places p
)
select * from judged
where gap is not null and (cast(:gap as text) is null or gap = :gap)
  and (cast(:slot as text) is null or slot = :slot)
  and (cast(:after_id as uuid) is null or (customer_id, slot) > (:after_id, :after_slot))
order by customer_id, slot limit :limit
""")


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """Which gaps are asked for, of one tier at a time."""

    company: str
    tier: str
    wanted: Sequence[dict[str, Any]]
    gap: str | None = None
    slot: str | None = None
    customer_id: UUID | None = None
    after: tuple[UUID, str] | None = None
    limit: int = 50


async def gaps(session: AsyncSession, asked: GapQuestion) -> Sequence[Any]:
    """The gaps of a tier by customer and place; walks the tier's index, so that a page costs a page."""
    bound = {
        "company": asked.company,
        "tier": asked.tier,
        "wanted": dumps(list(asked.wanted)),
        "gap": asked.gap,
        "slot": asked.slot,
        "customer_id": asked.customer_id,
        "after_id": asked.after[0] if asked.after else None,
        "after_slot": asked.after[1] if asked.after else None,
        "limit": asked.limit,
    }
    return (await session.execute(_GAPS, bound)).mappings().all()
