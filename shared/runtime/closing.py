"""The scheduled work that every service has: freezing its figures when a month has ended (sla.md 18)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from shared.jobs.model import JobBody, JobView, Step
from shared.jobs.schedules import ensure_schedule
from shared.runtime.runtime import Runtime
from shared.sla.indicators import freeze_indicators
from shared.sla.periods import month_of, parse_period

FREEZE_JOB = "freeze_indicators"
EVERY = "month@1T00:10"
"""Ten minutes after the month has ended, in civil time: the sweep has judged what fell due."""


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def freeze(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        zone = ZoneInfo(runtime.policy.policy(job.company, now).common.zone)
        period = parse_period(previous_month(now, zone), zone)
        raw = await (await session.connection()).get_raw_connection()
        frozen = await freeze_indicators(raw.driver_connection, job.company, period, now=now)
        return Step(done=len(frozen), cursor={}, is_finished=True, result={"period": period.name})

    return {FREEZE_JOB: freeze}


async def schedule(runtime: Runtime) -> None:
    """See to it that every company's months are closed; saying it again changes nothing."""
    now = runtime.clock.now()
    async with runtime.sessions.begin() as session:
        for company in sorted(runtime.policy.companies):
            await ensure_schedule(session, kind=FREEZE_JOB, company=company, every=EVERY, args={}, now=now)


def previous_month(now: datetime, zone: ZoneInfo) -> str:
    """The month before the one in which `now` lies, in civil time."""
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return month_of(first - timedelta(days=1), zone)
