"""Judging which contacts settled their matter at once."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service import figures
from shared.jobs.model import JobBody, JobView, Step

JUDGE = "first_contacts"
EVERY = "PT1H"
AT_ONCE = 500
"""Contacts of one transaction."""


def bodies(runtime: Any) -> dict[str, JobBody]:
    """The body, bound to the process's clock and policy."""

    async def judge(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        done = await figures.judge(session, runtime.policy.policy(job.company, now), now=now, limit=AT_ONCE)
        total = int(job.result.get("contacts", 0)) + done
        return Step(done, is_finished=done < AT_ONCE, result={"contacts": total})

    return {JUDGE: judge}
