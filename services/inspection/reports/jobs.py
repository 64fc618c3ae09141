"""The jobs of the reports: summaries and themed reports are drafted when their month or quarter is over."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.reports.service import summaries, themed
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

SUMMARY_JOB, REPORT_JOB = "inspection_summaries", "inspection_themed_reports"
SCHEDULES = {SUMMARY_JOB: "day@00:20", REPORT_JOB: "day@00:30"}
"""Daily, so that a first of the month on which nothing ran is made up for the day after."""


def bodies(runtime: Runtime, desk: InspectionDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def monthly(session: AsyncSession, job: JobView) -> Step:
        made = await summaries.draft_due(session, desk, job.company, now=runtime.clock.now())
        return Step(done=made, is_finished=True)

    async def quarterly(session: AsyncSession, job: JobView) -> Step:
        made = await themed.draft_due(session, desk, job.company, now=runtime.clock.now())
        return Step(done=made, is_finished=True)

    return {SUMMARY_JOB: monthly, REPORT_JOB: quarterly}
