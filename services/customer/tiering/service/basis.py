"""What the use cases of tiering have alike: chunks, job kinds, the chapter, a run under lock, the audit."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.tiering.errors import TierReviewPostError, TierRunNotFoundError
from services.customer.tiering.models import TierRunRow
from services.customer.tiering.repository import runs
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.jobs.queue import enqueue
from shared.policy.book import Policy

CHUNK = 5_000
"""Customers that one statement judges or confirms; up to so many are done within the request, more as a job."""
RUN_JOB = "tier_run"
CONFIRM_JOB = "tier_confirmation"

PolicyAt = Callable[[str, datetime], Policy]
"""Company and instant → the policy in force."""
PolicyOfRevision = Callable[[str, str, str], Policy]
"""Company, chapter and version → the policy in which that revision stands."""


def zone_of(policy: Policy) -> ZoneInfo:
    """The company's civil time."""
    return ZoneInfo(policy.common.zone)


def reviewed_tiers(chapter: CustomerChapter) -> list[str]:
    """Tiers that are reviewed every so often: those of `tier_term`, or every one but the default."""
    named = chapter.tier_term.tiers
    return [tier for tier in chapter.tier_order if (tier in named if named else tier != chapter.default_tier)]


def ensure_reviewer(policy: Policy, principal: Principal) -> None:
    """The reviewing posts of the pack.  Raises: TierReviewPostError."""
    if not any(principal.holds(post) for post in chapter_of(policy).tier_review.confirmed_by):
        raise TierReviewPostError("级别的审核属于规章指定的岗位")


def chapter_of(policy: Policy) -> CustomerChapter:
    """The customer chapter in force."""
    return policy.chapter_as(CHAPTER, CustomerChapter)


async def run_under_lock(session: AsyncSession, run_id: UUID, company: str) -> TierRunRow:
    """A run, locked until the transaction ends: first the company, then the row, as every writer does.

    Raises: TierRunNotFoundError.
    """
    await runs.lock_company(session, company)
    run = await runs.get_run_for_update(session, run_id, [company])
    if run is None:
        raise TierRunNotFoundError
    return run


async def hand_to_job(session: AsyncSession, kind: str, run: TierRunRow, *, actor: str, now: datetime) -> UUID:
    """Let the worker do the rest; answers the job."""
    return await enqueue(
        session,
        kind=kind,
        company=run.company,
        args={"run_id": str(run.id)},
        now=now,
        created_by=actor,
    )


async def audit(
    session: AsyncSession, action: str, run: TierRunRow, now: datetime, *, reason: str | None = None
) -> None:
    """One row of the audit trail, in the deed's own transaction."""
    await record(
        session,
        company=run.company,
        action=action,
        at=now,
        resource_type="tier_run",
        resource_id=run.id,
        reason=reason,
        detail={"policy_version": run.policy_version, "written": run.written, "state": run.state},
    )
