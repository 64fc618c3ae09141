"""The customer service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.customer.consumers import handlers
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.registry import jobs as registry_jobs
from services.customer.settings import Settings
from services.customer.tiering import jobs as tiering_jobs
from shared.events.inbox import Handler
from shared.jobs.model import JobBody
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS = {CHAPTER: CustomerChapter}
"""The chapters that this service reads."""


def handlers_of(_: Runtime) -> Mapping[str, Handler]:
    """The event handlers."""
    return handlers()


def bodies_of(runtime: Runtime) -> Mapping[str, JobBody]:
    """The job bodies by kind, bound to this process: imports, what they leave behind, tier runs, confirmations."""
    return {**registry_jobs.bodies(runtime), **tiering_jobs.bodies(runtime)}


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
            bodies=bodies_of(runtime),
            metrics=metrics or Metrics("customer-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
