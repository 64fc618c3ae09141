"""Every SQL statement of tiering."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CustomerChapter
from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.rules import Source, TierChange, classification
from shared.database.codecs import dumps

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('tiering:' || :company, 0))")

_PROPOSE = """
with judged as materialized ({classification}),
standing as (
  select j.*, c.tier as from_tier, p.id as pending_id,
         p.id is not null and p.tier = j.tier and p.rule is not distinct from j.rule as is_pending,
         c.tier_confirmed_at is not null and c.tier = j.tier and c.tier_rule is not distinct from j.rule as is_in_force
  from judged j
  join customers c on c.id = j.id
  left join tier_proposals p on p.customer_id = j.id and p.state = 'proposed'
),
superseded as (
  update tier_proposals p set state = 'superseded', decided_at = :now, version = p.version + 1
  from standing s where p.id = s.pending_id and not s.is_pending
  returning p.customer_id
),
proposed as (
  insert into tier_proposals (id, company, run_id, customer_id, state, tier, from_tier, rule, matches, facts,
    needs_person, policy_version, proposed_at)
  select uuidv7(), :company, :run_id, s.id, 'proposed', s.tier, s.from_tier, s.rule, s.matches, s.facts,
    s.needs_person, :policy_version, :now
  from standing s
  where not s.is_pending and not s.is_in_force and (select count(*) from superseded) >= 0
  returning 1
)
select (select count(*) from judged) as judged, (select count(*) from proposed) as written,
  (select id from judged order by id desc limit 1) as last_id
"""

_CONFIRM = text("""
with chunk as (
  select p.id, p.customer_id, p.tier, p.rule, p.policy_version, c.tier as from_tier
  from tier_proposals p join customers c on c.id = p.customer_id
  where p.run_id = :run_id and p.state = 'proposed' order by p.customer_id limit :chunk for no key update of p, c
),
decided as (
  update tier_proposals p set state = 'confirmed', decided_by = :by, decided_at = :at, version = p.version + 1
  from chunk where p.id = chunk.id
  returning 1
),
changed as (
  update customers c
  set tier = k.tier, tier_rule = k.rule, tier_confirmed_at = :at, tier_policy_version = k.policy_version,
      updated_at = :now, version = c.version + case when c.tier <> k.tier then 1 else 0 end
  from chunk k where c.id = k.customer_id
  returning c.id, c.company, c.version, k.from_tier, c.tier, c.tier_rule, c.tier_policy_version, c.kind,
    c.customer_class, c.party, c.standing, c.account_manager_id
)
select (select count(*) from decided) as decided, id, company, version, from_tier, tier, tier_rule,
  tier_policy_version, kind, customer_class, party, standing, account_manager_id
from (select 1) one left join changed on from_tier <> tier
order by id
""")

_SUMMARY = text("""
select from_tier, tier, count(*) as customers, count(*) filter (where needs_person) as needs_person
from tier_proposals where run_id = :run_id and state = 'proposed' group by from_tier, tier order by 1, 2
""")

_TOTAL_SALES = text("""
select coalesce(sum(cast(facts ->> 'annual_sales_fen' as numeric)), 0) from customers
where company = :company and standing in ('active', 'suspended')
  and jsonb_typeof(facts -> 'annual_sales_fen') = 'number'
""")

_STANDING_TIER = text("""
select c.id as customer_id, c.company, c.tier, c.tier_rule as rule, c.tier_confirmed_at,
  c.tier_policy_version as policy_version, p.matches, p.facts,
  n.id as pending_id, n.tier as pending_tier, n.rule as pending_rule, n.run_id as pending_run_id
from customers c
left join lateral (
  select matches, facts from tier_proposals where customer_id = c.id and state = 'confirmed'
  order by decided_at desc limit 1
) p on true
left join tier_proposals n on n.customer_id = c.id and n.state = 'proposed'
where c.id = :customer_id and c.company = any(:companies)
""")


async def lock_company(session: AsyncSession, company: str) -> None:
    """Let one run or confirmation of a company write at a time, until the transaction ends."""
    await session.execute(_LOCK, {"company": company})


async def add_run(session: AsyncSession, run: TierRunRow) -> None:
    """Store a new run."""
    session.add(run)
    await session.flush()


async def get_run(session: AsyncSession, run_id: UUID, companies: Sequence[str]) -> TierRunRow | None:
    """A run of one of the companies."""
    query = select(TierRunRow).where(TierRunRow.id == run_id, TierRunRow.company.in_(companies))
    return (await session.execute(query)).scalar_one_or_none()


async def get_run_for_update(session: AsyncSession, run_id: UUID, companies: Sequence[str]) -> TierRunRow | None:
    """The same, locked."""
    query = select(TierRunRow).where(TierRunRow.id == run_id, TierRunRow.company.in_(companies)).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def total_sales_fen(session: AsyncSession, company: str) -> Decimal:
    """The company's annual sales, as far as they are known, in fen."""
    return Decimal((await session.execute(_TOTAL_SALES, {"company": company})).scalar_one())


async def exceeds(session: AsyncSession, company: str, limit: int) -> bool:
    """Whether the company has more customers than `limit`; reads no more than that."""
    query = text("select count(*) from (select 1 from customers where company = :company limit :limit) few")
    return bool((await session.execute(query, {"company": company, "limit": limit + 1})).scalar_one() > limit)


async def count_known(session: AsyncSession, company: str, customer_ids: Sequence[UUID]) -> int:
    """How many of the ids are customers of the company."""
    query = text("select count(*) from customers where company = :company and id = any(:ids)")
    return int((await session.execute(query, {"company": company, "ids": list(customer_ids)})).scalar_one())


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

    Answers how many were judged, how many proposals were written, and the last id judged.
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


async def confirm(session: AsyncSession, run: TierRunRow, *, chunk: int, now: datetime) -> tuple[int, list[TierChange]]:
    """Put at most `chunk` proposals of the run in force, in one statement; answers how many, and the changed tiers."""
    bound = {"run_id": run.id, "by": run.confirmed_by, "at": run.confirmed_at, "now": now, "chunk": chunk}
    rows = (await session.execute(_CONFIRM, bound)).all()
    changes = [
        TierChange(
            customer_id=row.id,
            company=row.company,
            version=row.version,
            from_tier=row.from_tier,
            to_tier=row.tier,
            rule=row.tier_rule,
            policy_version=row.tier_policy_version,
            kind=row.kind,
            customer_class=row.customer_class,
            party=row.party,
            standing=row.standing,
            account_manager_id=row.account_manager_id,
        )
        for row in rows
        if row.id is not None
    ]
    return rows[0].decided, changes


async def standing_tier(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> RowMapping | None:
    """A customer's tier in force with its reason, and the proposal that waits for review."""
    bound = {"customer_id": customer_id, "companies": list(companies)}
    return (await session.execute(_STANDING_TIER, bound)).mappings().one_or_none()


async def list_proposals(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    run_id: UUID | None,
    customer_id: UUID | None,
    state: str | None,
    tier: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[TierProposalRow]:
    """Proposals, newest first."""
    row = TierProposalRow
    query = select(row).where(row.company.in_(companies)).order_by(row.id.desc()).limit(limit)
    for column, wanted in ((row.run_id, run_id), (row.customer_id, customer_id), (row.state, state), (row.tier, tier)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        query = query.where(row.id < after)
    return (await session.execute(query)).scalars().all()
