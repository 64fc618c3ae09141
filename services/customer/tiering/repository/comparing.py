"""What the rules say of changed customers beside what is in force and what waits: only those that need a step."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CustomerChapter
from services.customer.tiering.rules import Source, classification

_COMPARE = """
with judged as materialized ({classification}),
beside as (
  select j.*, c.tier as from_tier, p.id as pending_id, f.facts as former_facts,
    coalesce(r.state, '') as run_state, p.source as pending_source, p.run_id as pending_run_id,
    p.tier is not distinct from j.tier and p.rule is not distinct from j.rule as is_pending,
    case when c.tier_confirmed_at is null then :default_tier else c.tier end = j.tier
      or s.tier is not distinct from j.tier
      or coalesce(f.holds_until >= :today and array_position(cast(:tier_order as text[]), j.tier)
        >= array_position(cast(:tier_order as text[]), f.tier), false) as is_in_force
  from judged j
  join customers c on c.id = j.id
  left join tier_proposals p on p.customer_id = j.id and p.state = 'proposed'
  left join tier_runs r on r.id = p.run_id
  left join tier_proposals s on s.customer_id = j.id and s.state = 'scheduled'
  left join lateral (
    select tier, facts, holds_until from tier_proposals
    where customer_id = j.id and state = 'confirmed' and ended_at is null order by in_force_at desc limit 1
  ) f on true
)
select * from beside
where pending_source is distinct from 'department' and pending_source is distinct from 'review'
  and run_state not in ('running', 'confirming')
  and (pending_id is null and not is_in_force
    or pending_id is not null and (is_in_force or not is_pending or pending_run_id is null))
order by id
"""


async def changed(
    session: AsyncSession,
    chapter: CustomerChapter,
    company: str,
    customer_ids: Sequence[UUID],
    *,
    total_sales_fen: Decimal,
    today: date,
) -> Sequence[RowMapping]:
    """The customers whose proposal must be made, replaced, refreshed or withdrawn."""
    compiled = classification(chapter, Source.NAMED)
    bound: dict[str, Any] = {
        **compiled.parameters,
        "company": company,
        "ids": list(customer_ids),
        "total_sales": total_sales_fen,
        "default_tier": chapter.default_tier,
        "tier_order": list(chapter.tier_order),
        "today": today,
    }
    return (await session.execute(text(_COMPARE.format(classification=compiled.sql)), bound)).mappings().all()
