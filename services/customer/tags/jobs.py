"""The nightly look at marks whose last day is over."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.service.tagging import EXPIRY
from services.customer.registry.service.terms import records_of
from services.customer.tags import service
from shared.jobs.model import JobBody, JobView, Step

AT_ONCE = 100
"""Customers of one transaction."""


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The body, bound to the process's clock and policy."""

    async def expire(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        records = records_of(runtime.policy.policy(job.company, now))
        done = await service.expire(session, job.company, records=records, now=now, limit=AT_ONCE)
        total = int(job.result.get("customers", 0)) + done
        return Step(done, is_finished=done < AT_ONCE, result={"customers": total})

    return {EXPIRY: expire}
