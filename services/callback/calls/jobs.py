"""The jobs of the calls: what time does to them, and the monthly draw from the ledger."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.desk import CallDesk
from services.callback.calls.service.keeping import keep
from services.callback.calls.service.ledger import draw_ledger, month_of
from shared.jobs.model import JobBody, JobView, Step
from shared.runtime.runtime import Runtime

KEEP_JOB = "callback_keeping"
LEDGER_JOB = "callback_ledger"
SCHEDULES = {KEEP_JOB: "PT15S", LEDGER_JOB: "month@1T08:30"}
"""How often each runs by itself for every company."""


def bodies(runtime: Runtime, desk: CallDesk) -> dict[str, JobBody]:
    """Job bodies by kind, bound to this process."""

    async def keeping(session: AsyncSession, job: JobView) -> Step:
        missed = await keep(session, desk.governances, job.company, now=runtime.clock.now())
        return Step(done=missed, is_finished=missed == 0)

    async def ledger(session: AsyncSession, job: JobView) -> Step:
        now, after = runtime.clock.now(), job.cursor.get("after")
        chunk = await draw_ledger(
            session,
            desk,
            job.company,
            due_at=month_of(job.args.get("due_at"), now),
            business=int(job.cursor.get("business", 0)),
            after=UUID(after) if after else None,
            now=now,
        )
        cursor = {"business": chunk.business, "after": str(chunk.after) if chunk.after else None}
        return Step(done=chunk.numbered, cursor=cursor, is_finished=chunk.is_finished)

    return {KEEP_JOB: keeping, LEDGER_JOB: ledger}
