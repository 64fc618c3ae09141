"""Runs of the tier rules: a run proposes, at once or stretch by stretch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.tiering import repository
from services.customer.tiering.errors import UnknownCustomersError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.rules import RunState
from services.customer.tiering.service import basis
from shared.access.principal import Principal
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
    """Judge the company's customers, or those named; at once if they are few, else as a job.

    Raises: UnknownCustomersError.
    """
    company = principal.company
    await _check_known(session, company, customer_ids)
    await repository.lock_company(session, company)
    version, sha256, _ = policy.revision(CHAPTER)
    run = TierRunRow(
        id=run_id,
        company=company,
        state=RunState.RUNNING.value,
        customer_ids=None if customer_ids is None else sorted(set(customer_ids)),
        policy_pack=policy.pack,
        policy_version=version,
        policy_sha256=sha256,
        total_sales_fen=await repository.total_sales_fen(session, company),
        judged=0,
        written=0,
        summary=[],
        note=note,
        started_by=principal.staff_id,
        started_at=now,
        confirmed_count=0,
        version=1,
    )
    await repository.add_run(session, run)
    if customer_ids is None and await repository.exceeds(session, company, basis.CHUNK):
        run.job_id = await basis.hand_to_job(session, basis.RUN_JOB, run, actor=principal.actor, now=now)
    else:
        await _judge_all(session, basis.chapter_of(policy), run, now=now)
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
    """One stretch of a run, by the revision that it began with; answers how many were judged and where the next begins.

    No next (None): the run is finished.
    """
    run = await basis.run_under_lock(session, run_id, [company])
    await repository.lock_company(session, company)
    before = run.judged
    chapter = basis.chapter_of(revision(company, CHAPTER, run.policy_version))
    last = await _judge(session, chapter, run, after=after or _FIRST, now=now)
    await session.flush()
    return run.judged - before, last


async def _judge_all(session: AsyncSession, chapter: CustomerChapter, run: TierRunRow, *, now: datetime) -> None:
    after: UUID | None = _FIRST
    while after is not None:
        after = await _judge(session, chapter, run, after=after, now=now)


async def _judge(
    session: AsyncSession, chapter: CustomerChapter, run: TierRunRow, *, after: UUID, now: datetime
) -> UUID | None:
    judged, written, last = await repository.propose(session, chapter, run, after=after, chunk=basis.CHUNK, now=now)
    run.judged += judged
    run.written += written
    if run.customer_ids is None and judged == basis.CHUNK:
        return last
    run.finish(summary=await repository.summary(session, run.id), at=now)
    return None


async def _check_known(session: AsyncSession, company: str, customer_ids: Sequence[UUID] | None) -> None:
    if customer_ids is None:
        return
    if await repository.count_known(session, company, customer_ids) != len(set(customer_ids)):
        raise UnknownCustomersError(
            "名单中有不属于本公司的客户",
            errors=(FieldError("/customer_ids", UnknownCustomersError.code, "名单中有未登记的客户"),),
        )
