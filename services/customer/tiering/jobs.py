"""Job bodies of tiering: long runs and long confirmations, a stretch of customers per transaction."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering.service import basis, figures, reviewing, running, terms
from shared.jobs.model import JobBody, JobView, Step
from shared.policy.book import Policy
from shared.runtime.runtime import Runtime

DAY_JOB = terms.DAY_JOB
EVERY = terms.EVERY


class Time(Protocol):
    """The service's clock."""

    def now(self) -> datetime:
        """Aware UTC."""


class Policies(Protocol):
    """The policy book."""

    def at_revision(self, company: str, chapter: str, version: str) -> Policy:
        """The policy in which one chapter stands at a recorded revision."""


class Needs(Protocol):
    """What the bodies need of a process; `shared.runtime.Runtime` has it."""

    @property
    def clock(self) -> Time:
        """The service's clock."""

    @property
    def policy(self) -> Policies:
        """The policy book."""


def bodies(runtime: Needs) -> dict[str, JobBody]:
    """The bodies by kind, bound to the process's clock and policy."""

    async def run(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        after = UUID(job.cursor["after"]) if "after" in job.cursor else None
        run_id, revision = UUID(job.args["run_id"]), runtime.policy.at_revision
        judged, last = await running.judge_chunk(session, revision, run_id, job.company, after=after, now=now)
        cursor = {} if last is None else {"after": str(last)}
        return Step(done=judged, cursor=cursor, is_finished=last is None)

    async def confirm(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        done, is_last = await reviewing.confirm_chunk(
            session, runtime.policy.at_revision, UUID(job.args["run_id"]), job.company, now=now
        )
        return Step(done=done, is_finished=is_last)

    return {basis.RUN_JOB: run, basis.CONFIRM_JOB: confirm}


def day_bodies(runtime: Runtime) -> dict[str, JobBody]:
    """What a day brings, and the import of yearly figures."""
    importing = figures.FiguresRun()

    async def bring_up(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        policy = runtime.policy.policy(job.company, now)
        done, is_finished = await terms.bring_up(session, policy, runtime.calendars, now=now)
        return Step(done=done, is_finished=is_finished)

    async def import_figures(session: AsyncSession, job: JobView) -> Step:
        now = runtime.clock.now()
        policy = runtime.policy.policy(job.company, now)
        return await importing.step(session, job, cipher=runtime.cipher, policy=policy, now=now)

    return {DAY_JOB: bring_up, figures.KIND: import_figures}
