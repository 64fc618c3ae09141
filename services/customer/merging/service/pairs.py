"""Pairs that may be one customer: found by a search through the base, read, dismissed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.errors import MergeStaleError, NoCustomerError
from services.customer.merging.models import CandidateRow
from services.customer.merging.repository import customers as repository
from services.customer.merging.rules import CandidateState
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.jobs.model import JobView, Step
from shared.jobs.queue import enqueue

SEARCH_JOB = "duplicate_search"
CHUNK = 5_000
"""Customers that one transaction looks through."""
MOST = 50
_FIRST = UUID(int=0)


async def start_search(session: AsyncSession, job_id: UUID, *, principal: Principal, now: datetime) -> UUID:
    """Look the whole base of the company through."""
    await enqueue(
        session,
        kind=SEARCH_JOB,
        company=principal.company,
        args={},
        now=now,
        created_by=principal.actor,
        job_id=job_id,
    )
    await record(
        session,
        company=principal.company,
        action="merge_candidates.searched",
        at=now,
        resource_type="job",
        resource_id=job_id,
    )
    return job_id


async def search_stretch(session: AsyncSession, job: JobView, *, now: datetime) -> Step:
    """One stretch of the base; resumed where the last one ended."""
    after = UUID(job.cursor["after"]) if "after" in job.cursor else _FIRST
    said = await repository.search(session, job.company, after=after, chunk=CHUNK, now=now)
    total = int(job.cursor.get("found", 0)) + int(said.found)
    cursor = {"after": str(said.last_id), "found": total}
    if said.looked_at < CHUNK:
        return Step(int(said.looked_at), {}, is_finished=True, result={"found": total})
    return Step(int(said.looked_at), cursor, is_finished=False)


async def like(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> Sequence[Any]:
    """Who may be the same customer, now.  Raises: NoCustomerError."""
    if not await repository.exists(session, customer_id, companies):
        raise NoCustomerError("没有这个客户")
    return await repository.like(session, customer_id, MOST)


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    state: CandidateState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[CandidateRow]:
    """Pairs found, newest first."""
    return await repository.candidates(session, companies, state=state, before=before, limit=limit)


async def one(session: AsyncSession, candidate_id: UUID, companies: Sequence[str]) -> CandidateRow:
    """One pair.  Raises: CandidateNotFoundError."""
    return await repository.candidate(session, candidate_id, companies)


async def dismiss(
    session: AsyncSession,
    candidate_id: UUID,
    *,
    reason: str,
    expected: int,
    principal: Principal,
    now: datetime,
) -> CandidateRow:
    """These are two.  Raises: CandidateNotFoundError, MergeStaleError, CandidateDecidedError."""
    row = await repository.candidate(session, candidate_id, principal.companies, lock=True)
    if row.version != expected:
        raise MergeStaleError("请重新读取后再处理", params={"current_version": row.version})
    row.dismiss(by=principal.staff_id, at=now, reason=reason)
    await session.flush()
    await record(
        session,
        company=row.company,
        action="merge_candidate.dismissed",
        at=now,
        resource_type="merge_candidate",
        resource_id=row.id,
        reason=reason,
        detail={"version": row.version},
    )
    return row
