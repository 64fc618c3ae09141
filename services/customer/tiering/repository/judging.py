"""Judging: the pack's rules over customers, compared with what is in force and what waits for review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CustomerChapter
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.rules import Source, classification
from shared.database.codecs import dumps

# the laterals keep a stretch to its own rows: as plain joins they become scans of both tables, for every stretch anew
_PROPOSE = """
with judged as materialized ({classification}),
reviewed as materialized (
  select r.id from tier_runs r join jobs b on b.id = r.job_id
  where r.company = :company and r.state = 'confirming' and b.state in ('queued', 'running')
),
compared as (
  select j.*, c.tier as from_tier, p.id as pending_id, p.run_id as pending_run_id,
         c.tier_confirmed_at is not null and c.tier = j.tier and c.tier_rule is not distinct from j.rule
           or s.tier is not distinct from j.tier
           or h.tier is not null and array_position(cast(:tier_order as text[]), j.tier)
             >= array_position(cast(:tier_order as text[]), h.tier) as is_in_force,
         p.tier = j.tier and p.rule is not distinct from j.rule as is_pending,
         p.run_id in (select id from reviewed) as is_reviewed,
         p.source in ('department', 'review') as is_kept
  from judged j
  cross join lateral (select tier, tier_rule, tier_confirmed_at from customers where id = j.id limit 1) c
  left join lateral (
    select id, run_id, source, tier, rule from tier_proposals where customer_id = j.id and state = 'proposed' limit 1
  ) p on true
  left join lateral (
    select tier from tier_proposals where customer_id = j.id and state = 'scheduled' limit 1
  ) s on true
  left join lateral (
    select tier from tier_proposals
    where customer_id = j.id and state = 'confirmed' and ended_at is null and holds_until is not null
      and holds_until >= :today limit 1
  ) h on true
),
standing as (
  select *, case
    when pending_id is null or is_kept or is_pending and (is_reviewed or pending_run_id is null) then null
    when is_in_force then 'withdrawn' when is_pending then 'proposed' else 'superseded' end as pending_becomes
  from compared
),
settled as (
  update tier_proposals p set state = s.pending_becomes, version = p.version + 1, decided_at = :now
  from standing s where p.id = s.pending_id and s.pending_becomes in ('withdrawn', 'superseded')
  returning p.id, p.run_id
),
taken as (
  update tier_proposals p set run_id = :run_id, from_tier = s.from_tier, matches = s.matches, facts = s.facts,
    needs_person = s.needs_person, is_upgrade = s.is_upgrade, base_tier = s.base_tier, base_rule = s.base_rule,
    is_base_settled = false, policy_version = :policy_version, proposed_at = :now, version = p.version + 1
  from standing s where p.id = s.pending_id and s.pending_becomes = 'proposed'
  returning 1
),
proposed as (
  insert into tier_proposals (id, company, run_id, customer_id, state, tier, from_tier, rule, matches, facts,
    needs_person, is_upgrade, base_tier, base_rule, policy_version, proposed_at)
  select uuidv7(), :company, :run_id, s.id, 'proposed', s.tier, s.from_tier, s.rule, s.matches, s.facts,
    s.needs_person, s.is_upgrade, s.base_tier, s.base_rule, :policy_version, :now
  from standing s
  where not s.is_in_force and (s.pending_id is null or s.pending_becomes = 'superseded')
    and (select count(*) from settled) >= 0
  returning 1
)
select (select count(*) from judged) as judged,
  (select count(*) from proposed) + (select count(*) from taken) as written,
  (select id from judged order by id desc limit 1) as last_id,
  array(select id from settled where run_id is null) as singles_ended
"""

_SUMMARY = text("""
select from_tier, tier, count(*) as customers, count(*) filter (where needs_person) as needs_person
from tier_proposals where run_id = :run_id and state = 'proposed' group by from_tier, tier order by 1, 2
""")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a stretch of a run came to."""

    judged: int
    written: int
    """Proposals that the run has of the stretch."""
    last_id: UUID | None
    singles_ended: list[UUID]
    """Proposals by event that the run superseded or withdrew; their clocks end with them."""


async def propose(
    session: AsyncSession,
    chapter: CustomerChapter,
    run: TierRunRow,
    *,
    after: UUID,
    chunk: int,
    now: datetime,
    today: date,
) -> Judged:
    """Judge a stretch of the run's customers in one statement; writes only rows whose tier or reason changed.

    A proposal of an earlier run that says the same passes to this run with the facts of now; one that says something
    else is superseded, or withdrawn where the tier in force fits again.  What a reviewed run is putting in force
    stays with that run; what a department or a review proposed waits for its own decision, and what a department had
    confirmed is not lowered before it is due for review.
    """
    named = run.customer_ids is not None
    compiled = classification(chapter, Source.NAMED if named else Source.CUSTOMERS)
    scope: dict[str, Any] = {"ids": run.customer_ids} if named else {"after": after, "chunk": chunk}
    row = (
        await session.execute(
            text(_PROPOSE.format(classification=compiled.sql)),
            {
                **compiled.parameters,
                **scope,
                "company": run.company,
                "run_id": run.id,
                "policy_version": run.policy_version,
                "total_sales": run.total_sales_fen,
                "tier_order": list(chapter.tier_order),
                "today": today,
                "now": now,
            },
        )
    ).one()
    return Judged(row.judged, row.written, row.last_id, list(row.singles_ended))


async def judge(
    session: AsyncSession, chapter: CustomerChapter, rows: Sequence[dict[str, Any]], *, total_sales_fen: Decimal
) -> Sequence[RowMapping]:
    """The same classification over rows that are nowhere stored; writes nothing."""
    compiled = classification(chapter, Source.VALUES)
    bound = {**compiled.parameters, "rows": dumps(list(rows)), "total_sales": total_sales_fen}
    return (await session.execute(text(compiled.sql), bound)).mappings().all()


async def judge_one(
    session: AsyncSession, chapter: CustomerChapter, company: str, customer_id: UUID, *, total_sales_fen: Decimal
) -> RowMapping | None:
    """What the rules say of one customer now; writes nothing."""
    compiled = classification(chapter, Source.NAMED)
    bound = {**compiled.parameters, "company": company, "ids": [customer_id], "total_sales": total_sales_fen}
    return (await session.execute(text(compiled.sql), bound)).mappings().one_or_none()


async def summary(session: AsyncSession, run_id: UUID) -> list[dict[str, Any]]:
    """The run's standing proposals, counted by tier before and after."""
    found = (await session.execute(_SUMMARY, {"run_id": run_id})).mappings()
    return [dict(row) for row in found]
