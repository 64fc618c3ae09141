"""Figures of the contacts: answered in time, resolved at the first contact; and the judging of the latter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ANSWERED = text("""
select coalesce(c.tier, :default_tier) as tier,
  count(*) filter (where k.answered_at is not null and
    case when k.rings is not null then k.rings < :rings else k.ring_seconds < :seconds end) as numerator,
  count(*) as denominator
from contacts k left join customers c on c.id = k.customer_id
where k.company = :company and k.started_at >= :from_at and k.started_at < :until_at
  and k.direction = 'inbound' and k.channel = any(:channels) and k.outcome <> 'ongoing'
group by 1 order by 1
""")

_FIRST = text("""
select coalesce(c.tier, :default_tier) as tier,
  count(*) filter (where k.first_contact_resolved) as numerator,
  count(*) filter (where k.judged_at is not null or k.is_resolved is false) as denominator,
  count(*) filter (where k.is_resolved and k.judged_at is null) as unanswered
from contacts k left join customers c on c.id = k.customer_id
where k.company = :company and k.started_at >= :from_at and k.started_at < :until_at
  and k.direction = 'inbound' and k.is_resolved is not null
group by 1 order by 1
""")

# The same matter: its id, or the same customer with the same topic where the pack says so.
_JUDGE = text("""
with due as (
  select k.* from contacts k
  where k.company = :company and k.is_resolved and k.judged_at is null
    and k.ended_at <= cast(:now as timestamptz) - make_interval(hours => :hours)
  order by k.ended_at limit :limit for update skip locked
), judged as (
  select d.id, not (
    exists (
      select from contacts n where n.company = d.company and n.id <> d.id and n.direction = 'inbound'
        and n.started_at > d.started_at and n.started_at <= d.ended_at + make_interval(hours => :hours)
        and (n.customer_id = d.customer_id and (n.matter_id = d.matter_id or :by_topic and n.topic = d.topic)))
    or exists (
      select from matter_complaints m where m.company = d.company
        and m.opened_at > d.started_at and m.opened_at <= d.ended_at + make_interval(hours => :hours)
        and (m.matter_id = d.matter_id or m.customer_id = d.customer_id and :by_topic and m.category = d.topic))
    or exists (
      select from hand_overs h where h.company = d.company and h.contact_id = d.id)
    or exists (
      select from service_orders o where o.company = d.company and o.customer_id = d.customer_id
        and o.created_at > d.started_at and o.created_at <= d.ended_at + make_interval(hours => :hours)
        and (o.matter_id = d.matter_id or :by_topic and o.work = d.topic))
  ) as is_resolved
  from due d
)
update contacts k set first_contact_resolved = j.is_resolved, judged_at = :now, version = k.version + 1
from judged j where j.id = k.id
returning k.id, k.first_contact_resolved
""")


async def answered_in_time(
    session: AsyncSession,
    company: str,
    *,
    channels: Sequence[str],
    fewer_than_rings: int,
    fewer_than_seconds: int,
    default_tier: str,
    from_at: datetime,
    until_at: datetime,
) -> Sequence[Mapping[str, Any]]:
    """By tier: calls answered in fewer than so many rings (by seconds where rings are unknown) / calls that came."""
    values = {
        "company": company,
        "channels": list(channels),
        "rings": fewer_than_rings,
        "seconds": fewer_than_seconds,
        "default_tier": default_tier,
        "from_at": from_at,
        "until_at": until_at,
    }
    return [dict(row) for row in (await session.execute(_ANSWERED, values)).mappings()]


async def first_contact_resolved(
    session: AsyncSession, company: str, *, default_tier: str, from_at: datetime, until_at: datetime
) -> Sequence[Mapping[str, Any]]:
    """By tier: resolved at the first contact / judged or said unresolved; those whose window runs are `unanswered`."""
    values = {"company": company, "default_tier": default_tier, "from_at": from_at, "until_at": until_at}
    return [dict(row) for row in (await session.execute(_FIRST, values)).mappings()]


async def judge(
    session: AsyncSession, company: str, *, hours: int, by_topic: bool, now: datetime, limit: int
) -> Sequence[tuple[UUID, bool]]:
    """Judge contacts said to be resolved whose window has passed."""
    values = {"company": company, "hours": hours, "by_topic": by_topic, "now": now, "limit": limit}
    return [(row.id, row.first_contact_resolved) for row in await session.execute(_JUDGE, values)]


_KEEP = text("""
insert into matter_complaints (id, company, number, customer_id, matter_id, kind, category, state, opened_at, version)
values (:id, :company, :number, :customer_id, :matter_id, :kind, :category, :state, :at, :version)
on conflict (id) do update set
  state = case when excluded.version >= matter_complaints.version then excluded.state
    else matter_complaints.state end,
  category = case when excluded.version >= matter_complaints.version then excluded.category
    else matter_complaints.category end,
  customer_id = coalesce(excluded.customer_id, matter_complaints.customer_id),
  matter_id = coalesce(excluded.matter_id, matter_complaints.matter_id),
  opened_at = least(excluded.opened_at, matter_complaints.opened_at),
  version = greatest(excluded.version, matter_complaints.version)
""")


async def keep_complaint(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """A complaint, as its newest fact tells it."""
    await session.execute(_KEEP, dict(values))
