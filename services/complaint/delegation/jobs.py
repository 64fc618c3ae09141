"""The ledger's month end: the month before is laid before whoever signs it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances
from services.complaint.delegation.rules.ledger import month_before, month_of
from services.complaint.delegation.service import ledger
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DRAFT_JOB = "draft_authority_ledger"
EVERY = "month@1T00:20"
"""Twenty minutes after the month has ended, in civil time."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""
    governances = Governances(runtime.policy, runtime.calendars)

    async def draft(session: AsyncSession, job: JobView) -> Step:
        at = runtime.clock.now()
        governing = governances.in_force(job.company, at)
        month = month_before(month_of(at, governing.zone))
        is_new = await ledger.draft(session, governing, job.company, month, now=at)
        return Step(done=int(is_new), cursor={}, is_finished=True, result={"month": month})

    return {DRAFT_JOB: draft}
