"""What follows an import of members: each chunk's members are settled in the chunk's transaction."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups.service.settling import settle
from services.customer.groups.service.work import terms_of
from shared.jobs.model import JobBody, JobView, Step


def settling(runtime: Any, body: JobBody) -> JobBody:
    """The body of an import, followed by the settlement of the members that its chunk brought."""

    async def run(session: AsyncSession, job: JobView) -> Step:
        step = await body(session, job)
        now = runtime.clock.now()
        await settle(session, job.company, terms_of(runtime.policy.policy(job.company, now)), now=now)
        return step

    return run
