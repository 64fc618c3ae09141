"""The incentive service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.incentive.consumers import handlers
from services.incentive.policy import CHAPTERS
from services.incentive.settings import Settings
from shared.events.inbox import Handler
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker


def handlers_of(_: Runtime) -> Mapping[str, Handler]:
    """The event handlers."""
    return handlers()


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
            runtime, handlers=handlers_of(runtime), bodies={}, metrics=metrics or Metrics("incentive-worker")
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
