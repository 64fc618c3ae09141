"""How long an uploaded file is kept that its job, failed or cancelled, has left behind."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.registry.repository import imports
from shared.audit import trail
from shared.jobs.model import JobView, Step
from shared.jobs.schedules import ensure_schedule
from shared.policy.book import Policy

KIND = "import_retention"
EVERY = "day@03:40"
FILES_AT_ONCE = 10
"""Files, each of up to 64 MiB, that one transaction removes."""


async def see_to_it(session: AsyncSession, company: str, *, now: datetime) -> None:
    """Have the company's leftover files looked through every night; saying it again changes nothing."""
    await ensure_schedule(session, kind=KIND, company=company, every=EVERY, now=now)


def kept_for(policy: Policy) -> timedelta:
    """The class of the common chapter's `retention` that the customer chapter's `registry.import_retention` names."""
    code = policy.chapter_as(CHAPTER, CustomerChapter).registry.import_retention
    return timedelta(days=policy.common.retention[code].days)


async def remove_expired(
    session: AsyncSession, job: JobView, *, imported_by: str, kept: timedelta, now: datetime
) -> Step:
    """Remove what is left of files whose import (a job of kind `imported_by`) ended `kept` ago or earlier; audited."""
    removed = await imports.drop_expired(
        session, job.company, kind=imported_by, ended_by=now - kept, limit=FILES_AT_ONCE
    )
    for import_id, state, parts in removed:
        await trail.record(
            session,
            company=job.company,
            action="customer.import_file_removed",
            at=now,
            resource_type="import",
            resource_id=import_id,
            detail={"state": state, "parts": parts, "kept_days": kept.days},
        )
    total = int(job.result.get("files", 0)) + len(removed)
    return Step(len(removed), is_finished=len(removed) < FILES_AT_ONCE, result={"files": total})
