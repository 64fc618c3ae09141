"""The job of the quality of calls: what was completed is drawn, what was not reviewed in time given back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.desk import CallDesk
from services.callback.quality.service.drawing import draw_reviews
from services.callback.quality.service.keeping import give_back
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DRAW_JOB = "call_review_draw"
SCHEDULES = {DRAW_JOB: "PT30S"}
"""How often it runs by itself for every company."""


def bodies(runtime: Runtime, desk: CallDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def drawing(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        await give_back(session, job.company, now=now)
        seen = await draw_reviews(session, desk, job.company, now=now)
        return Step(done=seen, is_finished=seen == 0)

    return {DRAW_JOB: drawing}
