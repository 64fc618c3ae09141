"""The job of the evaluations: in the pack's month the year's are opened."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.entitlements.service.evaluating import open_due
from services.callback.visits.service.desk import VisitDesk
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

JOB = "account_evaluations"
SCHEDULES = {JOB: "month@1T06:30"}
"""How often it runs by itself for every company."""


def bodies(runtime: Runtime, desk: VisitDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def opening(session: AsyncSession, job: JobView) -> Step:
        after = job.cursor.get("after")
        opened, following = await open_due(
            session, desk, job.company, after=UUID(after) if after else None, now=runtime.clock.now()
        )
        cursor = {"after": str(following) if following else None}
        return Step(done=opened, cursor=cursor, is_finished=following is None)

    return {JOB: opening}
