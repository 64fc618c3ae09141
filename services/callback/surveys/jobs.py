"""The jobs of the surveys: each quarter is prepared, invitations and reminders go out."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.service.desk import SurveyDesk
from services.callback.surveys.service.inviting import send_due
from services.callback.surveys.service.keeping import prepare
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

PREPARE_JOB = "survey_preparing"
SEND_JOB = "survey_inviting"
SCHEDULES = {PREPARE_JOB: "month@1T08:00", SEND_JOB: "PT1M"}
"""How often each runs by itself for every company."""


def bodies(runtime: Runtime, desk: SurveyDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def preparing(session: AsyncSession, job: JobView) -> Step:
        row = await prepare(session, desk, job.company, now=runtime.clock.now())
        return Step(done=int(row is not None), is_finished=True)

    async def inviting(session: AsyncSession, job: JobView) -> Step:
        sent = await send_due(session, desk, job.company, now=runtime.clock.now())
        return Step(done=sent, is_finished=sent == 0)

    return {PREPARE_JOB: preparing, SEND_JOB: inviting}
