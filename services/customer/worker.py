"""The customer service's background work."""

import asyncio
from collections.abc import Callable, Mapping

from services.customer.consumers import call_handlers, handlers, order_handlers, own_bulk_handlers, own_handlers
from services.customer.contacts import jobs as contacts_jobs
from services.customer.entry_quality import jobs as entry_jobs
from services.customer.groups.jobs import settling
from services.customer.indicators import jobs as indicator_jobs
from services.customer.merging import jobs as merging_jobs
from services.customer.plans import jobs as plans_jobs
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.premises import jobs as premises_jobs
from services.customer.registry import jobs as registry_jobs
from services.customer.registry.service.importing import KIND as IMPORT
from services.customer.safety import jobs as safety_jobs
from services.customer.settings import Settings
from services.customer.settlement import jobs as settlement_jobs
from services.customer.tags import jobs as tags_jobs
from services.customer.tiering import jobs as tiering_jobs
from shared.events.inbox import Handler
from shared.jobs.model import JobBody
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime
from shared.runtime.worker import Worker

CHAPTERS = {CHAPTER: CustomerChapter}
"""The chapters that this service reads."""
FEATURES = (
    *(registry_jobs, tags_jobs, premises_jobs, merging_jobs, tiering_jobs, plans_jobs),
    *(contacts_jobs, entry_jobs, settlement_jobs, safety_jobs, indicator_jobs),
)
"""Modules of job bodies."""
SCHEDULES = {
    **entry_jobs.SCHEDULES,
    contacts_jobs.JUDGE: contacts_jobs.EVERY,
    tiering_jobs.DAY_JOB: tiering_jobs.EVERY,
    plans_jobs.DAY_JOB: plans_jobs.EVERY,
    merging_jobs.SEARCH: merging_jobs.EVERY,
    settlement_jobs.DAY_JOB: settlement_jobs.EVERY,
    safety_jobs.PLAN_JOB: safety_jobs.EVERY,
    indicator_jobs.CLOSE_JOB: indicator_jobs.EVERY,
}
"""How often jobs run by themselves for every company, by kind."""


def handlers_of(runtime: Runtime) -> Mapping[str, Handler]:
    """The event handlers."""
    return {**handlers(), **order_handlers(runtime), **call_handlers(runtime), **own_handlers(runtime)}


def bodies_of(runtime: Runtime) -> Mapping[str, JobBody]:
    """The job bodies by kind, bound to this process; an import settles the members that it brought."""
    found: dict[str, JobBody] = {}
    for feature in FEATURES:
        found |= feature.bodies(runtime)
    return found | tiering_jobs.day_bodies(runtime) | {IMPORT: settling(runtime, found[IMPORT])}


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
            bulk=own_bulk_handlers(runtime),
            bodies=bodies_of(runtime),
            schedules=SCHEDULES,
            metrics=metrics or Metrics("customer-worker"),
        )
        if on_ready is not None:
            on_ready(worker)
        await worker.run(stop)
