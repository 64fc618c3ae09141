"""The complaint service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.complaint.cases.service.called_back import CallbackCases
from services.complaint.cases.service.governing import Governances
from services.complaint.cases.service.sealing import Sealing
from services.complaint.consumers import bulk_handlers, handlers
from services.complaint.delegation import jobs as delegation_jobs
from services.complaint.delegation.service.filing import Filings
from services.complaint.indicators import jobs as indicator_jobs
from services.complaint.policy import CHAPTER, ComplaintChapter
from services.complaint.redress import jobs as redress_jobs
from services.complaint.settings import Settings
from shared.events.inbox import Handler
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS = {CHAPTER: ComplaintChapter}
"""The chapters that this service reads."""
SCHEDULES = {
    indicator_jobs.CLOSE_JOB: indicator_jobs.EVERY,
    delegation_jobs.DRAFT_JOB: delegation_jobs.EVERY,
    redress_jobs.REDRESS_JOB: redress_jobs.EVERY,
}
"""How often jobs run by themselves for every company, by kind."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    governances = Governances(runtime.policy, runtime.calendars)
    cases = CallbackCases(governances, runtime.numbers, Sealing(runtime.cipher, runtime.blind_index), runtime.staff)
    return handlers(governances, cases, Filings(governances, runtime.staff), runtime.clock.now)


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
            bulk=bulk_handlers(),
            bodies=indicator_jobs.bodies(runtime) | delegation_jobs.bodies(runtime) | redress_jobs.bodies(runtime),
            schedules=SCHEDULES,
            metrics=metrics or Metrics("complaint-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
