"""The daily job that closes the periods which have ended."""

from contextlib import suppress
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.indicators.service import figures
from services.customer.indicators.service.naming import Said
from shared.figures.asking import Dimension, ask_for
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import PolicyNotFoundError
from shared.runtime.runtime import Runtime
from shared.sla.periods import ended_before

CLOSE_JOB = "close_customer_figures"
EVERY = "day@00:10"
"""Beside the figures of the clocks (shared.runtime.closing)."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def close(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        periods = ended_before(now, ZoneInfo(runtime.policy.policy(job.company, now).common.zone))
        done = int(job.cursor.get("done", 0))
        ask = ask_for(runtime.policy, job.company, periods[done], Dimension.TIER, now)
        connection = (await (await session.connection()).get_raw_connection()).driver_connection
        with suppress(PolicyNotFoundError):  # no regulation was in force then
            await figures.closed(connection, session, ask, Said.of(ask.policy))
        done += 1
        return Step(done=1, cursor={"done": done}, is_finished=done == len(periods), total=len(periods))

    return {CLOSE_JOB: close}
