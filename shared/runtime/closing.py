"""The scheduled work that every service has: freezing its figures when a week, month, quarter or year has ended."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.model import JobBody, JobView, Step
from shared.jobs.schedules import ensure_schedule
from shared.runtime.runtime import Runtime
from shared.sla.indicators import freeze_indicators
from shared.sla.periods import ended_before, parse_period

FREEZE_JOB = "freeze_indicators"
EVERY = "day@00:10"
"""Ten minutes after midnight, in civil time: the sweep has judged what fell due; a frozen period stays as it is."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def freeze(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        zone = ZoneInfo(runtime.policy.policy(job.company, now).common.zone)
        raw = await (await session.connection()).get_raw_connection()
        periods = ended_before(now, zone)
        for name in periods:
            await freeze_indicators(raw.driver_connection, job.company, parse_period(name, zone), now=now)
        return Step(done=len(periods), cursor={}, is_finished=True, result={"periods": list(periods)})

    return {FREEZE_JOB: freeze}


async def schedule(runtime: Runtime, more: Mapping[str, str]) -> None:
    """See to it that every company's periods are closed and the service's own jobs run; `more`: kind → every.

    Saying it again changes nothing.
    """
    now = runtime.clock.now()
    async with runtime.sessions.begin() as session:
        for company in sorted(runtime.policy.companies):
            for kind, every in {FREEZE_JOB: EVERY, **more}.items():
                await ensure_schedule(session, kind=kind, company=company, every=every, args={}, now=now)
