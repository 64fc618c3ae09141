"""The job that ends plans, and asks for their review, on the day."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.plans.service import days
from services.customer.plans.service.work import PlanWork
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DAY_JOB = "service_plan_day"
EVERY = "PT15M"
"""A day that begins while the worker is away is made up for when it is back."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def bring_up(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        work = PlanWork(session, runtime.policy.policy(job.company, now), runtime.calendars, now)
        done, is_finished = await days.bring_up(work)
        return Step(done=done, is_finished=is_finished)

    return {DAY_JOB: bring_up}
