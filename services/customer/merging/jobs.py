"""The job body of merging: the search for duplicates, a stretch of the base per transaction."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.service import pairs
from shared.jobs.model import JobBody, JobView, Step

SEARCH = pairs.SEARCH_JOB
EVERY = "month@1T01:30"
"""The whole base once a month, before the monthly check of what was entered."""


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The body by its kind, bound to the process's clock."""

    async def search(session: AsyncSession, job: JobView) -> Step:
        return await pairs.search_stretch(session, job, now=runtime.clock.now())

    return {SEARCH: search}
