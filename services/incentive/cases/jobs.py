"""The hearing's job: a penalty whose window for a statement ended unused takes effect by itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.service.hearing import let_lapse
from services.incentive.desk import IncentiveDesk
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

LAPSE_JOB = "let_hearings_lapse"
SCHEDULES = {LAPSE_JOB: "PT1M"}
"""How often it runs by itself for every company."""
CHUNK = 100
"""Cases in one transaction."""


def bodies(runtime: Runtime, desk: IncentiveDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def lapsing(session: AsyncSession, job: JobView) -> Step:
        taken = await let_lapse(session, desk, job.company, now=runtime.clock.now(), limit=CHUNK)
        return Step(done=taken, is_finished=taken < CHUNK, result={"taken": taken})

    return {LAPSE_JOB: lapsing}
