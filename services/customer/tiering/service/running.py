"""Runs of the tier rules: a run proposes, at once or stretch by stretch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering.errors import UnknownCustomersError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.repository import judging, runs
from services.customer.tiering.rules import RunState, civil_day
from services.customer.tiering.service import basis, clocks
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.errors import FieldError
from shared.policy.book import Policy

_FIRST = UUID(int=0)


async def start_run(
    session: AsyncSession,
    policy: Policy,
    *,
    run_id: UUID,
    principal: Principal,
    customer_ids: Sequence[UUID] | None,
    note: str | None,
    now: datetime,
) -> TierRunRow:
    """Judge the company's customers, or those named, by the pack's `tier_rules`; at once if few, else as a job.

    Earlier runs over the same customers are superseded.  Raises: UnknownCustomersError.
    """
    company = principal.company
    await _check_known(session, company, customer_ids)
    await runs.lock_company(session, company)
    run = _new(policy, run_id, company, customer_ids)
    run.total_sales_fen = await runs.total_sales_fen(session, company)
    run.note, run.started_by, run.started_at = note, principal.staff_id, now
    await runs.add_run(session, run)
    await _record_superseded(session, run, await runs.supersede_covered(session, run, now=now), now=now)
    if customer_ids is None and await runs.exceeds(session, company, basis.CHUNK):
        run.job_id = await basis.hand_to_job(session, basis.RUN_JOB, run, actor=principal.actor, now=now)
    else:
        await _judge_all(session, policy, run, now=now)
    await basis.audit(session, "tier_run.started", run, now)
    await session.flush()
    return run


async def judge_chunk(
    session: AsyncSession,
    revision: basis.PolicyOfRevision,
    run_id: UUID,
    company: str,
    *,
    after: UUID | None,
    now: datetime,
) -> tuple[int, UUID | None]:
    """One stretch of a run, by `tier_rules` of the revision that it began with; answers how many, and the last judged.

    No next (None): the run is finished, or a later one superseded it.
    """
    run = await basis.run_under_lock(session, run_id, company)
    if run.state != RunState.RUNNING:
        return 0, None
    before = run.judged
    policy = revision(company, CHAPTER, run.policy_version)
    last = await _judge(session, policy, run, after=after or _FIRST, now=now)
    await session.flush()
    return run.judged - before, last


def _new(policy: Policy, run_id: UUID, company: str, customer_ids: Sequence[UUID] | None) -> TierRunRow:
    version, sha256, _ = policy.revision(CHAPTER)
    return TierRunRow(
        id=run_id,
        company=company,
        state=RunState.RUNNING.value,
        customer_ids=None if customer_ids is None else sorted(set(customer_ids)),
        policy_pack=policy.pack,
        policy_version=version,
        policy_sha256=sha256,
        judged=0,
        written=0,
        summary=[],
        confirmed_count=0,
        version=1,
    )


async def _judge_all(session: AsyncSession, policy: Policy, run: TierRunRow, *, now: datetime) -> None:
    after: UUID | None = _FIRST
    while after is not None:
        after = await _judge(session, policy, run, after=after, now=now)


async def _judge(session: AsyncSession, policy: Policy, run: TierRunRow, *, after: UUID, now: datetime) -> UUID | None:
    chapter, today = basis.chapter_of(policy), civil_day(now, basis.zone_of(policy))
    found = await judging.propose(session, chapter, run, after=after, chunk=basis.CHUNK, now=now, today=today)
    await clocks.end_all(session, run.company, found.singles_ended, now=now)
    run.judged += found.judged
    run.written += found.written
    if run.customer_ids is None and found.judged == basis.CHUNK:
        return found.last_id
    await _record_superseded(session, run, await runs.close_earlier(session, run, now=now), now=now)
    run.finish(summary=await judging.summary(session, run.id), at=now)
    return None


async def _record_superseded(session: AsyncSession, run: TierRunRow, earlier: Sequence[UUID], *, now: datetime) -> None:
    for run_id in earlier:
        await record(
            session,
            company=run.company,
            action="tier_run.superseded",
            at=now,
            resource_type="tier_run",
            resource_id=run_id,
            detail={"superseded_by": str(run.id)},
        )


async def _check_known(session: AsyncSession, company: str, customer_ids: Sequence[UUID] | None) -> None:
    if customer_ids is None:
        return
    if await runs.count_known(session, company, customer_ids) != len(set(customer_ids)):
        raise UnknownCustomersError(
            "名单中有不属于本公司的客户",
            errors=(FieldError("/customer_ids", UnknownCustomersError.code, "名单中有未登记的客户"),),
        )
