"""The jobs of service improvement: yearly plans, what departments owe, effects whose window is over."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement.service import doing, gathering, planning
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

PLAN_JOB, GATHERING_JOB, EFFECT_JOB = "improvement_planning", "improvement_gatherings", "improvement_effects"
SCHEDULES = {PLAN_JOB: "day@04:40", GATHERING_JOB: "day@00:10", EFFECT_JOB: "day@04:50"}
"""Daily: plans, periods and windows are counted in days."""


def bodies(runtime: Runtime, desk: InspectionDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def plans(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        ended = await planning.end_due(session, desk, job.company, now=now)
        made = await planning.plan_due(session, desk, job.company, now=now)
        return Step(done=ended + made, is_finished=ended < planning.AT_ONCE)

    async def gatherings(session: AsyncSession, job: JobView) -> Step:
        touched = await gathering.keep(session, desk, job.company, now=runtime.clock.now())
        return Step(done=touched, is_finished=touched == 0)

    async def effects(session: AsyncSession, job: JobView) -> Step:
        measured = await doing.measure_due(session, desk, job.company, now=runtime.clock.now())
        return Step(done=measured, is_finished=measured < doing.AT_ONCE)

    return {PLAN_JOB: plans, GATHERING_JOB: gatherings, EFFECT_JOB: effects}
