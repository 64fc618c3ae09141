"""The day's comparison: completed orders and readings of the day that ended, in chunks (三方一致)."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.settlement.rules.asked import Day
from services.customer.settlement.service import handling
from services.customer.settlement.service.work import Work
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

DAY_JOB = "three_way_day"
EVERY = "day@00:20"
"""In civil time, before the checks of entries look for differences."""
AT_ONCE = 200
"""Orders or readings of one transaction."""
PARTS = ("orders", "readings")


def day_before(at: datetime, zone: ZoneInfo) -> Day:
    """The civil day that ended last."""
    today = datetime.combine(at.astimezone(zone).date(), time(), zone)
    return Day(today - timedelta(days=1), today)


def bodies(runtime: Runtime) -> dict[str, JobBody]:
    """The body, bound to the process's clock and policy; a day that was compared already changes nothing."""

    async def compare_day(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        policy = runtime.policy.policy(job.company, now)
        work = Work(session, job.company, policy, now, f"system:job:{DAY_JOB}", None)
        # the day is that of the job's beginning, also when it is resumed a day later
        day = day_before(job.started_at or now, ZoneInfo(policy.common.zone))
        place, after = int(job.cursor.get("part", 0)), job.cursor.get("after")
        done, last = await handling.compare_chunk(
            work, day, PARTS[place], after=UUID(after) if after else None, size=AT_ONCE
        )
        total = {"compared": int((job.result or {}).get("compared", 0)) + done}
        if last is not None:
            return Step(done=done, cursor={"part": place, "after": str(last)}, result=total)
        if place + 1 < len(PARTS):
            return Step(done=done, cursor={"part": place + 1}, result=total)
        return Step(done=done, is_finished=True, result=total)

    return {DAY_JOB: compare_day}
