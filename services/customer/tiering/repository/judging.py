"""Judging: the pack's rules over customers, compared with what is in force and what waits for review."""

from collections.abc import Sequence
from datetime import datetime
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
  select j.*, c.tier as from_tier, p.id as pending_id,
         c.tier_confirmed_at is not null and c.tier = j.tier and c.tier_rule is not distinct from j.rule as is_in_force,
         p.tier = j.tier and p.rule is not distinct from j.rule as is_pending,
         p.run_id in (select id from reviewed) as is_reviewed
  from judged j
  cross join lateral (select tier, tier_rule, tier_confirmed_at from customers where id = j.id limit 1) c
  left join lateral (
    select id, run_id, tier, rule from tier_proposals where customer_id = j.id and state = 'proposed' limit 1
  ) p on true
),
standing as (
  select *, case when pending_id is null or is_pending and is_reviewed then null when is_in_force then 'withdrawn'
    when is_pending then 'proposed' else 'superseded' end as pending_becomes
  from compared
),
settled as (
  update tier_proposals p set state = s.pending_becomes, version = p.version + 1, decided_at = :now
  from standing s where p.id = s.pending_id and s.pending_becomes in ('withdrawn', 'superseded')
  returning 1
),
taken as (
  update tier_proposals p set run_id = :run_id, from_tier = s.from_tier, matches = s.matches, facts = s.facts,
    needs_person = s.needs_person, policy_version = :policy_version, proposed_at = :now, version = p.version + 1
  from standing s where p.id = s.pending_id and s.pending_becomes = 'proposed'
  returning 1
),
proposed as (
  insert into tier_proposals (id, company, run_id, customer_id, state, tier, from_tier, rule, matches, facts,
    needs_person, policy_version, proposed_at)
  select uuidv7(), :company, :run_id, s.id, 'proposed', s.tier, s.from_tier, s.rule, s.matches, s.facts,
    s.needs_person, :policy_version, :now
  from standing s
  where not s.is_in_force and (s.pending_id is null or s.pending_becomes = 'superseded')
    and (select count(*) from settled) >= 0
  returning 1
)
select (select count(*) from judged) as judged,
  (select count(*) from proposed) + (select count(*) from taken) as written,
  (select id from judged order by id desc limit 1) as last_id
"""

_SUMMARY = text("""
select from_tier, tier, count(*) as customers, count(*) filter (where needs_person) as needs_person
from tier_proposals where run_id = :run_id and state = 'proposed' group by from_tier, tier order by 1, 2
""")


async def propose(
    session: AsyncSession,
    chapter: CustomerChapter,
    run: TierRunRow,
    *,
    after: UUID,
    chunk: int,
    now: datetime,
) -> tuple[int, int, UUID | None]:
    """Judge a stretch of the run's customers in one statement; writes only rows whose tier or reason changed.

    A proposal of an earlier run that says the same passes to this run with the facts of now; one that says something
    else is superseded, or withdrawn where the tier in force fits again.  What a reviewed run is putting in force
    stays with that run.  Answers how many were judged, how many proposals the run has of them, and the last id judged.
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
                "now": now,
            },
        )
    ).one()
    return row.judged, row.written, row.last_id


async def judge(
    session: AsyncSession, chapter: CustomerChapter, rows: Sequence[dict[str, Any]], *, total_sales_fen: Decimal
) -> Sequence[RowMapping]:
    """The same classification over rows that are nowhere stored; writes nothing."""
    compiled = classification(chapter, Source.VALUES)
    bound = {**compiled.parameters, "rows": dumps(list(rows)), "total_sales": total_sales_fen}
    return (await session.execute(text(compiled.sql), bound)).mappings().all()


async def summary(session: AsyncSession, run_id: UUID) -> list[dict[str, Any]]:
    """The run's standing proposals, counted by tier before and after."""
    found = (await session.execute(_SUMMARY, {"run_id": run_id})).mappings()
    return [dict(row) for row in found]
