"""The job of the supervision network: terms that come to their end."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.supervisors.service.noticing import BATCH, notice
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

TERM_JOB = "supervisor_terms"
SCHEDULES = {TERM_JOB: "day@04:30"}
"""Daily: terms are counted in days."""


def bodies(runtime: Runtime, desk: InspectionDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def ending(session: AsyncSession, job: JobView) -> Step:
        noticed = await notice(session, desk, job.company, now=runtime.clock.now())
        return Step(done=noticed, is_finished=noticed < BATCH)

    return {TERM_JOB: ending}
