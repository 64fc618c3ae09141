"""What a run would move: the same classification beside what is in force; writes nothing."""

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

_BESIDE = """
with judged as materialized ({classification}),
beside as (
  select j.*, c.number, c.party, c.account_manager_id, c.tier_rule as from_rule,
    case when c.tier_confirmed_at is null then :default_tier else c.tier end as from_tier,
    h.tier is not null and array_position(cast(:tier_order as text[]), j.tier)
      >= array_position(cast(:tier_order as text[]), h.tier) as is_held
  from judged j
  cross join lateral (
    select number, party, account_manager_id, tier, tier_rule, tier_confirmed_at from customers where id = j.id limit 1
  ) c
  left join lateral (
    select tier from tier_proposals
    where customer_id = j.id and state = 'confirmed' and ended_at is null and holds_until is not null
      and holds_until >= :today limit 1
  ) h on true
),
moving as (
  select * from beside where from_tier <> tier and not is_held
    and (cast(:to_tier as text) is null or tier = :to_tier)
    and (cast(:left_tier as text) is null or from_tier = :left_tier)
)
"""

_PAGE = """
select (select count(*) from judged) as judged, (select id from judged order by id desc limit 1) as last_id, m.*
from (select 1) one left join (select * from moving order by id limit :wanted) m on true order by m.id
"""

_SUMMARY = """
select (select count(*) from judged) as judged, m.*
from (select 1) one left join (
  select from_tier, tier, party, rule, count(*) as customers, count(*) filter (where needs_person) as needs_person,
    count(*) filter (where is_upgrade) as upgrades
  from moving group by from_tier, tier, party, rule
) m on true order by m.from_tier, m.tier, m.party, m.rule
"""


async def page(
    session: AsyncSession,
    chapter: CustomerChapter,
    company: str,
    *,
    after: UUID,
    chunk: int,
    wanted: int,
    from_tier: str | None,
    tier: str | None,
    total_sales_fen: Decimal,
    today: date,
) -> Sequence[RowMapping]:
    """At most `wanted` who would move of a stretch; each row also tells how many were judged and the last of them."""
    bound = _bound(chapter, company, from_tier=from_tier, tier=tier, total_sales_fen=total_sales_fen, today=today)
    return await _rows(session, chapter, _PAGE, {**bound, "after": after, "chunk": chunk, "wanted": wanted})


async def summary(
    session: AsyncSession,
    chapter: CustomerChapter,
    company: str,
    *,
    after: UUID,
    total_sales_fen: Decimal,
    today: date,
) -> Sequence[RowMapping]:
    """The whole base in one statement: who would move, counted by tiers, party and rule."""
    bound = _bound(chapter, company, from_tier=None, tier=None, total_sales_fen=total_sales_fen, today=today)
    return await _rows(session, chapter, _SUMMARY, {**bound, "after": after, "chunk": None})


async def _rows(
    session: AsyncSession, chapter: CustomerChapter, statement: str, bound: dict[str, Any]
) -> Sequence[RowMapping]:
    compiled = classification(chapter, Source.CUSTOMERS)
    sql = _BESIDE.format(classification=compiled.sql) + statement
    return (await session.execute(text(sql), {**compiled.parameters, **bound})).mappings().all()


def _bound(
    chapter: CustomerChapter,
    company: str,
    *,
    from_tier: str | None,
    tier: str | None,
    total_sales_fen: Decimal,
    today: date,
) -> dict[str, Any]:
    return {
        "company": company,
        "default_tier": chapter.default_tier,
        "tier_order": list(chapter.tier_order),
        "to_tier": tier,
        "left_tier": from_tier,
        "total_sales": total_sales_fen,
        "today": today,
    }
