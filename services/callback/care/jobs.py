"""The jobs of care: the plan, greetings by message, the monthly tip."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.service.greeting import settle_messaged
from services.callback.care.service.planning import plan
from services.callback.care.service.tips import send_tips
from services.callback.policy_in_force import open_governances
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import PolicyNotFoundError
from shared.runtime.runtime import Runtime

PLAN_JOB = "care_plan"
KEEP_JOB = "care_keeping"
TIPS_JOB = "care_tips"
SCHEDULES = {PLAN_JOB: "day@02:10", KEEP_JOB: "PT1M", TIPS_JOB: "month@5T09:00"}
"""How often each runs by itself for every company."""
_NOTHING = Step(is_finished=True)


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process; a company whose chapter is not in force yet is owed nothing."""
    governances = open_governances(runtime.policy, runtime.calendars)

    async def planning(session: AsyncSession, job: JobView) -> Step:
        unit, after = int(job.cursor.get("unit", 0)), job.cursor.get("after")
        try:
            chunk = await plan(
                session,
                governances,
                job.company,
                unit=unit,
                after=UUID(after) if after else None,
                now=runtime.clock.now(),
            )
        except PolicyNotFoundError:
            return _NOTHING
        cursor = {"unit": chunk.unit, "after": str(chunk.after) if chunk.after else None}
        return Step(done=chunk.planned, cursor=cursor, is_finished=chunk.is_finished)

    async def keeping(session: AsyncSession, job: JobView) -> Step:
        settled = await settle_messaged(session, governances, job.company, now=runtime.clock.now())
        return Step(done=settled, is_finished=settled == 0)

    async def tips(session: AsyncSession, job: JobView) -> Step:
        after, now = job.cursor.get("after"), runtime.clock.now()
        due_at = datetime.fromisoformat(job.args["due_at"]) if job.args.get("due_at") else now
        try:
            chunk = await send_tips(
                session, governances, job.company, due_at=due_at, after=UUID(after) if after else None, now=now
            )
        except PolicyNotFoundError:
            return _NOTHING
        cursor = {"after": str(chunk.after) if chunk.after else None}
        return Step(done=chunk.queued, cursor=cursor, is_finished=chunk.is_finished)

    return {PLAN_JOB: planning, KEEP_JOB: keeping, TIPS_JOB: tips}
