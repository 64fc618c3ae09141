"""The callback service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.callback.calls import jobs as calls_jobs
from services.callback.calls.service.desk import CallDesk
from services.callback.care import jobs as care_jobs
from services.callback.consumers import bulk_handlers, handlers
from services.callback.entitlements import jobs as entitlements_jobs
from services.callback.indicators import jobs as indicators_jobs
from services.callback.messages.service.posting import PostOffice
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import open_governances
from services.callback.quality import jobs as quality_jobs
from services.callback.settings import Settings
from services.callback.surveys import jobs as surveys_jobs
from services.callback.surveys.service.desk import open_desk as open_survey_desk
from services.callback.visits import jobs as visits_jobs
from services.callback.visits.service.desk import VisitDesk
from shared.events.inbox import Handler
from shared.jobs.model import JobBody
from shared.messaging.opening import open_sender
from shared.messaging.rounds import Rounds
from shared.observability.metrics import Metrics
from shared.policy.model import ChapterHeader
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS: dict[str, type[ChapterHeader]] = {CHAPTER: CallbackChapter}
"""The chapters that this service reads."""
SCHEDULES = {
    **calls_jobs.SCHEDULES,
    **care_jobs.SCHEDULES,
    **visits_jobs.SCHEDULES,
    **entitlements_jobs.SCHEDULES,
    **surveys_jobs.SCHEDULES,
    **quality_jobs.SCHEDULES,
    **indicators_jobs.SCHEDULES,
}
"""How often jobs run by themselves for every company, by kind."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers, bound to this process."""
    return handlers(desk(runtime), runtime.clock.now)


def desk(runtime: Runtime) -> CallDesk:
    """What the consumers and jobs of the calls need, from what the process holds."""
    return CallDesk(
        governances=open_governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        signer=runtime.grant_signer,
        staff=runtime.staff,
    )


def visit_desk(runtime: Runtime) -> VisitDesk:
    """What the jobs of the visits and evaluations need, from what the process holds."""
    return VisitDesk(
        governances=open_governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        staff=runtime.staff,
    )


def job_bodies(runtime: Runtime, customers_url: str) -> dict[str, JobBody]:
    """Job bodies by kind, of every feature."""
    return {
        **calls_jobs.bodies(runtime, desk(runtime)),
        **quality_jobs.bodies(runtime, desk(runtime)),
        **care_jobs.bodies(runtime),
        **surveys_jobs.bodies(runtime, open_survey_desk(runtime, customers_url)),
        **visits_jobs.bodies(runtime, visit_desk(runtime)),
        **entitlements_jobs.bodies(runtime, visit_desk(runtime)),
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
    chosen = settings or Settings()
    async with open_runtime(chosen, CHAPTERS, role="worker") as runtime:
        worker = Worker(
            runtime,
            handlers=handlers_of(runtime),
            bulk=bulk_handlers(),
            bodies=job_bodies(runtime, chosen.customers_url),
            schedules=SCHEDULES,
            metrics=metrics or Metrics("callback-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        sender = open_sender(chosen.sender, runtime.grant_signer)
        office = PostOffice(open_governances(runtime.policy, runtime.calendars), sender)
        rounds = Rounds(runtime.sessions, runtime.clock, office, name="messages")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(worker.run(stop), name="worker")
                group.create_task(rounds.run(stop), name="messages")
        finally:
            await sender.close()
