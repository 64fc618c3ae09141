"""The jobs of the programme: plans when they are to be there, and what time does to them."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.programme.service.opening import keep
from services.inspection.programme.service.planning import plan_due
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

PLAN_JOB, KEEP_JOB = "inspection_planning", "inspection_keeping"
SCHEDULES = {PLAN_JOB: "day@04:00", KEEP_JOB: "PT10M"}
"""Daily, because plans of a month, a quarter and a year are made so many days before they begin."""


def bodies(runtime: Runtime, desk: InspectionDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def planning(session: AsyncSession, job: JobView) -> Step:
        made = await plan_due(session, desk, job.company, now=runtime.clock.now())
        return Step(done=made, is_finished=True)

    async def keeping(session: AsyncSession, job: JobView) -> Step:
        touched = await keep(session, desk, job.company, now=runtime.clock.now())
        return Step(done=touched, is_finished=touched == 0)

    return {PLAN_JOB: planning, KEEP_JOB: keeping}
