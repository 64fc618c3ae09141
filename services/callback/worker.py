"""The callback service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.callback.calls import jobs as calls_jobs
from services.callback.calls.service.desk import CallDesk
from services.callback.consumers import bulk_handlers, handlers
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import Governances
from services.callback.settings import Settings
from shared.events.inbox import Handler
from shared.observability.metrics import Metrics
from shared.policy.model import ChapterHeader
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS: dict[str, type[ChapterHeader]] = {CHAPTER: CallbackChapter}
"""The chapters that this service reads."""
SCHEDULES = {**calls_jobs.SCHEDULES}
"""How often jobs run by themselves for every company, by kind."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    return handlers(desk(runtime), runtime.clock.now)


def desk(runtime: Runtime) -> CallDesk:
    """What the consumers and jobs of the calls need, from what the process holds."""
    return CallDesk(
        governances=Governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        signer=runtime.grant_signer,
        staff=runtime.staff,
    )


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
            bodies=calls_jobs.bodies(runtime, desk(runtime)),
            schedules=SCHEDULES,
            metrics=metrics or Metrics("callback-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
