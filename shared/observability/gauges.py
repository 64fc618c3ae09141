"""Figures that tell whether facts flow and clocks are judged, read from the service's own tables."""

import asyncio
from datetime import datetime
from typing import Any, Protocol

import structlog

from shared.database.outage import DATABASE_AWAY
from shared.observability.logging import describe
from shared.observability.metrics import Metrics

log = structlog.get_logger(__name__)

_SAMPLE = """
select
  (select coalesce(extract(epoch from $1 - min(at)), 0) from
     (select at from outbox where published_at is null order by seq limit 1) as oldest)::float8 as outbox_lag,
  (select count(*) from (select 1 from outbox where published_at is null limit 10001) as few) as outbox_rows,
  (select count(*) from (select 1 from outbox where published_at is null and refusal is not null limit 1001) as few)
    as outbox_refused,
  (select coalesce(extract(epoch from $1 - min(next_check_at)), 0) from clocks
     where next_check_at is not null)::float8 as clock_lateness,
  (select count(*) from (select 1 from dead_letters where replayed_at is null limit 1001) as few) as dead_letters,
  (select count(*) from (select 1 from jobs where state in ('queued', 'running') and run_after <= $1 limit 1001) as few)
    as jobs_ready,
  (select count(*) from (select 1 from outbox_default limit 1001) as few)
    + (select count(*) from (select 1 from clock_events_default limit 1001) as few)
    + (select count(*) from (select 1 from audit_default limit 1001) as few) as stray_rows
"""

_GAUGES = {
    "outbox_lag": ("gasdesk_outbox_lag_seconds", "Age of the oldest fact not yet published"),
    "outbox_rows": ("gasdesk_outbox_unpublished", "Facts not yet published, counted up to 10001"),
    "outbox_refused": ("gasdesk_outbox_refused", "Facts that the broker refuses for themselves"),
    "clock_lateness": ("gasdesk_clock_lateness_seconds", "How late the oldest due and unjudged clock is"),
    "dead_letters": ("gasdesk_dead_letters_open", "Messages given up and not replayed, counted up to 1001"),
    "jobs_ready": ("gasdesk_jobs_ready", "Jobs waiting or running, counted up to 1001"),
    "stray_rows": ("gasdesk_default_partition_rows", "Rows outside every monthly partition; should be 0"),
}


class HasNow(Protocol):
    """A clock."""

    def now(self) -> datetime:
        """Aware UTC."""


class BusinessGauges:
    """Samples one service's schema into its metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._gauges = {key: metrics.gauge(name, text) for key, (name, text) in _GAUGES.items()}

    async def sample(self, pool: Any, now: datetime) -> dict[str, float]:
        """Read the figures once by an asyncpg pool or connection; lags are never negative."""
        row = await pool.fetchrow(_SAMPLE, now)
        figures = {key: max(0.0, float(row[key])) for key in _GAUGES}
        for key, value in figures.items():
            self._gauges[key].set(value)
        return figures

    async def run(self, pool: Any, clock: HasNow, stop: asyncio.Event, *, interval: float = 5.0) -> None:
        """Sample every `interval` seconds until `stop`; a database that is away leaves the last figures."""
        while not stop.is_set():
            try:
                await self.sample(pool, clock.now())
            except DATABASE_AWAY as error:
                log.warning("gauges.unavailable", **describe(error))
            try:
                await asyncio.wait_for(stop.wait(), interval)
            except TimeoutError:
                continue
