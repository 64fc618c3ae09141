"""Giving taken-over equipment the last day of its service life."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.premises.service import equipment
from services.customer.registry.service.terms import records_of
from shared.jobs.model import JobBody, JobView, Step

AT_ONCE = 1_000
"""Rows of one transaction."""


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The body, bound to the process's clock and policy."""

    async def give_life(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        records = records_of(runtime.policy.policy(job.company, now))
        done = await equipment.give_life(session, job.company, records=records, now=now, limit=AT_ONCE)
        total = int(job.result.get("equipment", 0)) + done
        return Step(done, is_finished=done < AT_ONCE, result={"equipment": total})

    return {equipment.LIFE: give_life}
