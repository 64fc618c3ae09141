"""The complaint service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.complaint.cases.service.governing import Governances
from services.complaint.consumers import bulk_handlers, handlers
from services.complaint.policy import CHAPTER, ComplaintChapter
from services.complaint.settings import Settings
from shared.events.inbox import Handler
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS = {CHAPTER: ComplaintChapter}
"""The chapters that this service reads."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    return handlers(Governances(runtime.policy, runtime.calendars), runtime.clock.now)


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
            bodies={},
            metrics=metrics or Metrics("complaint-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
