"""The job that looks at what was missed, and at what was decided since."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances
from services.complaint.redress.service.proposing import Sweep
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

REDRESS_JOB = "redress"
EVERY = "PT30S"


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""
    governances = Governances(runtime.policy, runtime.calendars)

    async def sweep(session: AsyncSession, job: JobView) -> Step:
        touched = await Sweep(session, job.company, governances, runtime.clock.now()).run()
        return Step(done=touched, cursor={}, is_finished=True)

    return {REDRESS_JOB: sweep}
