"""The ledger's daily job: months that have ended are laid before whoever closes them."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.desk import IncentiveDesk
from services.incentive.ledger.service.months import draft
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DRAFT_JOB = "draft_ledger_months"
SCHEDULES = {DRAFT_JOB: "day@00:20"}
"""How often it runs by itself for every company: a day after an outage catches up with what the first missed."""


def bodies(runtime: Runtime, desk: IncentiveDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def drafting(session: AsyncSession, job: JobView) -> Step:
        drafted = await draft(session, desk, job.company, now=runtime.clock.now())
        return Step(done=len(drafted), is_finished=True, result={"months": drafted})

    return {DRAFT_JOB: drafting}
