"""The jobs of the visits: planning the month, and what time does to them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.visits.service.desk import VisitDesk
from services.callback.visits.service.ending import keep
from services.callback.visits.service.plans import JOB, run
from shared.ids import derived_id
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

KEEP_JOB = "visit_keeping"
SCHEDULES = {JOB: "month@1T05:00", KEEP_JOB: "PT1M"}
"""How often each runs by itself for every company."""


def bodies(runtime: Runtime, desk: VisitDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def planning(session: AsyncSession, job: JobView) -> Step:
        after = job.cursor.get("after")
        asked = job.args.get("plan_id")
        plan_id = UUID(asked) if asked else derived_id("visit_plan", job.id)
        progress = await run(
            session,
            desk,
            job.company,
            plan_id,
            period=job.args.get("period"),
            after=UUID(after) if after else None,
            is_withdrawing=bool(job.cursor.get("is_withdrawing")),
            now=runtime.clock.now(),
        )
        cursor = {
            "after": str(progress.after) if progress.after else None,
            "is_withdrawing": progress.is_withdrawing,
        }
        return Step(done=progress.done, cursor=cursor, is_finished=progress.is_finished)

    async def keeping(session: AsyncSession, job: JobView) -> Step:
        touched = await keep(session, desk, job.company, now=runtime.clock.now())
        return Step(done=touched, is_finished=touched == 0)

    return {JOB: planning, KEEP_JOB: keeping}
