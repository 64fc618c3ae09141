"""The daily job that closes the periods which have ended."""

from contextlib import suppress
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.indicators import service
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import open_governances
from shared.http.figures import Dimension, ask_for
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import PolicyNotFoundError
from shared.runtime.runtime import Runtime
from shared.sla.periods import ended_before

CLOSE_JOB = "close_callback_figures"
SCHEDULES = {CLOSE_JOB: "day@00:15"}
"""Beside the figures of the clocks (shared.runtime.closing)."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def close(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        periods = ended_before(now, ZoneInfo(runtime.policy.policy(job.company, now).common.zone))
        done = int(job.cursor.get("done", 0))
        ask = ask_for(runtime.policy, job.company, periods[done], Dimension.TIER, now)
        with suppress(PolicyNotFoundError):  # no regulation was in force then
            chapter = ask.policy.chapter_as(CHAPTER, CallbackChapter)
            await service.closed(session, open_governances(runtime.policy, runtime.calendars), ask, chapter)
        done += 1
        return Step(done=1, cursor={"done": done}, is_finished=done == len(periods), total=len(periods))

    return {CLOSE_JOB: close}
