"""The incentive service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.incentive.cases import jobs as cases_jobs
from services.incentive.consumers import handlers
from services.incentive.desk import IncentiveDesk, open_desk
from services.incentive.indicators import jobs as indicators_jobs
from services.incentive.ledger import jobs as ledger_jobs
from services.incentive.policy import CHAPTER, IncentiveChapter
from services.incentive.settings import Settings
from shared.events.inbox import Handler
from shared.jobs.model import JobBody
from shared.observability.metrics import Metrics
from shared.policy.model import ChapterHeader
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS: dict[str, type[ChapterHeader]] = {CHAPTER: IncentiveChapter}
"""The chapters that this service reads."""
SCHEDULES: dict[str, str] = {
    **cases_jobs.SCHEDULES,
    **indicators_jobs.SCHEDULES,
    **ledger_jobs.SCHEDULES,
}
"""How often jobs run by themselves for every company, by kind: one line a feature (`**proposals_jobs.SCHEDULES`)."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    return handlers(open_desk(runtime), runtime.clock.now)


def job_bodies(runtime: Runtime, desk: IncentiveDesk) -> dict[str, JobBody]:
    """Job bodies by kind: one line a feature (`**proposals_jobs.bodies(runtime, desk)`)."""
    return {
        **cases_jobs.bodies(runtime, desk),
        **indicators_jobs.bodies(runtime),
        **ledger_jobs.bodies(runtime, desk),
    }


async def run(
    settings: Settings | None,
    stop: asyncio.Event,
    *,
    metrics: Metrics | None = None,
    on_ready: Callable[[Worker], None] | None = None,
) -> None:
    """Work until `stop`."""
    async with open_runtime(settings or Settings(), CHAPTERS, role="worker") as runtime:
        worker = Worker(
            runtime,
            handlers=handlers_of(runtime),
            bodies=job_bodies(runtime, open_desk(runtime)),
            schedules=SCHEDULES,
            metrics=metrics or Metrics("incentive-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
