"""Runs: one writer of a company at a time, what a run is about, and which earlier runs it supersedes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering.models import TierRunRow
from services.customer.tiering.rules import RunState
from shared.database.locks import one_at_a_time

_SUPERSEDE = text("""
update tier_runs r set state = 'superseded', superseded_by = :run_id, superseded_at = :now, version = r.version + 1
where r.company = :company and r.id <> :run_id
  and (cast(:ids as uuid[]) is null or r.customer_ids <@ cast(:ids as uuid[]))
  and (r.state in ('running', 'proposed') or r.state = 'confirming'
    and not exists (select 1 from jobs b where b.id = r.job_id and b.state in ('queued', 'running')))
returning r.id
""")

_CLOSE = text("""
with rest as (
  update tier_proposals p set state = 'withdrawn', decided_at = :now, version = p.version + 1
  where p.state = 'proposed' and (cast(:ids as uuid[]) is null or p.customer_id = any(cast(:ids as uuid[])))
    and p.run_id in (select id from tier_runs where company = :company and id <> :run_id and state = 'superseded')
)
update tier_runs r set state = 'superseded', superseded_by = :run_id, superseded_at = :now, version = r.version + 1
where r.company = :company and r.id <> :run_id and r.state = 'proposed' and r.written > 0
  and not exists (select 1 from tier_proposals p where p.run_id = r.id and p.state = 'proposed')
returning r.id
""")

_TOTAL_SALES = text("""
select coalesce(
  (select total_fen from sales_years where company = :company order by year desc limit 1),
  (select sum(cast(facts ->> 'annual_sales_fen' as numeric)) from customers
   where company = :company and standing in ('active', 'suspended')
     and jsonb_typeof(facts -> 'annual_sales_fen') = 'number'),
  0)
""")


async def lock_company(session: AsyncSession, company: str) -> None:
    """Let one run or confirmation of a company write at a time, until the transaction ends."""
    await one_at_a_time(session, f"tiering:{company}")


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


async def list_runs(
    session: AsyncSession, companies: Sequence[str], *, states: Sequence[RunState], after: UUID | None, limit: int
) -> Sequence[TierRunRow]:
    """Runs, newest first; no states: whatever their state."""
    query = select(TierRunRow).where(TierRunRow.company.in_(companies)).order_by(TierRunRow.id.desc()).limit(limit)
    if states:
        query = query.where(TierRunRow.state.in_(states))
    if after is not None:
        query = query.where(TierRunRow.id < after)
    return (await session.execute(query)).scalars().all()


async def supersede_covered(session: AsyncSession, run: TierRunRow, *, now: datetime) -> Sequence[UUID]:
    """End the earlier runs whose customers this one judges anew; answers them.

    A run that is being put in force goes on, unless its job was given up.
    """
    return (await session.execute(_SUPERSEDE, _bound(run, now))).scalars().all()


async def close_earlier(session: AsyncSession, run: TierRunRow, *, now: datetime) -> Sequence[UUID]:
    """Withdraw what superseded runs still propose, and end the runs that have nothing left; answers these."""
    return (await session.execute(_CLOSE, _bound(run, now))).scalars().all()


async def total_sales_fen(session: AsyncSession, company: str) -> Decimal:
    """The company's sales of the newest imported year, or of what its customers are known to buy, in fen."""
    return Decimal((await session.execute(_TOTAL_SALES, {"company": company})).scalar_one())


async def exceeds(session: AsyncSession, company: str, limit: int) -> bool:
    """Whether the company has more customers than `limit`; reads no more than that."""
    query = text("select count(*) from (select 1 from customers where company = :company limit :limit) few")
    return bool((await session.execute(query, {"company": company, "limit": limit + 1})).scalar_one() > limit)


async def count_known(session: AsyncSession, company: str, customer_ids: Sequence[UUID]) -> int:
    """How many of the ids are customers of the company."""
    query = text("select count(*) from customers where company = :company and id = any(:ids)")
    return int((await session.execute(query, {"company": company, "ids": list(customer_ids)})).scalar_one())


def _bound(run: TierRunRow, now: datetime) -> dict[str, object]:
    return {"company": run.company, "run_id": run.id, "ids": run.customer_ids, "now": now}
