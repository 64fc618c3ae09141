"""The inspection service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.inspection.consumers import handlers
from services.inspection.desk import InspectionDesk, open_desk
from services.inspection.improvement import jobs as improvement_jobs
from services.inspection.indicators import jobs as indicators_jobs
from services.inspection.policy import CHAPTER, InspectionChapter
from services.inspection.programme import jobs as programme_jobs
from services.inspection.reports import jobs as reports_jobs
from services.inspection.settings import Settings
from services.inspection.supervisors import jobs as supervisors_jobs
from shared.events.inbox import Handler
from shared.jobs.model import JobBody
from shared.observability.metrics import Metrics
from shared.policy.model import ChapterHeader
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS: dict[str, type[ChapterHeader]] = {CHAPTER: InspectionChapter}
"""The chapters that this service reads."""
SCHEDULES: dict[str, str] = {
    **programme_jobs.SCHEDULES,
    **supervisors_jobs.SCHEDULES,
    **improvement_jobs.SCHEDULES,
    **reports_jobs.SCHEDULES,
    **indicators_jobs.SCHEDULES,
}
"""How often jobs run by themselves for every company, by kind: one line a feature (`**programme_jobs.SCHEDULES`)."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    return handlers(open_desk(runtime), runtime.clock.now)


def job_bodies(runtime: Runtime, desk: InspectionDesk) -> dict[str, JobBody]:
    """Job bodies by kind: one line a feature (`**programme_jobs.bodies(runtime, desk)`)."""
    return {
        **programme_jobs.bodies(runtime, desk),
        **supervisors_jobs.bodies(runtime, desk),
        **improvement_jobs.bodies(runtime, desk),
        **reports_jobs.bodies(runtime, desk),
        **indicators_jobs.bodies(runtime),
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
            metrics=metrics or Metrics("inspection-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
