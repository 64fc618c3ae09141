"""The loops that every service's worker runs: relay, sweeper, sealer, jobs, consumers, recalendar, gauges."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import asyncpg

from shared.audit.sealer import Sealer
from shared.database import create_engine, create_sessions
from shared.database.outage import is_outage
from shared.events.bus import BrokerRefusalError, BrokerUnavailableError, Bus
from shared.events.consumer import Consumer
from shared.events.inbox import BulkHandler, Handler
from shared.events.provision import check_consumers
from shared.events.relay import Relay
from shared.events.topology import CONSUMES
from shared.http import idempotency_store
from shared.jobs.model import JobBody
from shared.jobs.runner import Runner
from shared.observability.gauges import BusinessGauges
from shared.observability.metrics import Metrics
from shared.runtime import closing
from shared.runtime.runtime import Runtime
from shared.sla.recalendar import recalendar
from shared.sla.sweeper import Sweeper

log = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS = 60.0
RECALENDAR_SECONDS = 5.0
JOB_STATEMENT_MS = 600_000
_PASSING = ("40", "53", "55P03", "57014")
"""SQL states: rolled back, no resources, lock not available, statement timeout."""


class Worker:
    """One service's background work; any number of replicas may run (reliability.md 2.2, sla.md 14)."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        handlers: Mapping[str, Handler],
        bodies: Mapping[str, JobBody],
        metrics: Metrics,
        bulk: Mapping[str, BulkHandler] | None = None,
        schedules: Mapping[str, str] | None = None,
    ) -> None:
        """`schedules`: how often each of the `bodies` runs by itself for every company, by kind."""
        self._runtime = runtime
        self._schedules = schedules or {}
        self._bulk = bulk or {}
        self._handlers = handlers
        self._bodies = bodies
        self._metrics = metrics
        self._relay: Relay | None = None
        self._bus: Bus | None = None

    async def trouble(self) -> str | None:
        """Why the worker does not work as it should, for readiness: broker or database away; None when all is well."""
        if self._bus is None or not self._bus.is_connected:
            return "broker"
        try:
            await self._runtime.hot.fetchval("select 1")
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return "database"
        return None

    def wake(self) -> None:
        """Say after a commit that there may be something to publish."""
        if self._relay is not None:
            self._relay.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; transient faults are waited out by each loop, an unknown error ends them all."""
        runtime, settings = self._runtime, self._runtime.settings
        bus = await self._connected(stop)
        if bus is None:
            return
        self._bus = bus
        try:
            relay = Relay(
                service=settings.service,
                dsn=settings.database_url.get_secret_value(),
                bus=bus,
                now=runtime.clock.now,
            )
            self._relay = relay
            sweeper = Sweeper(runtime.hot, runtime.clock, on_swept=lambda _: relay.wake())
            async with asyncio.TaskGroup() as group:
                group.create_task(relay.run(stop), name="relay")
                group.create_task(sweeper.run(stop), name="sweeper")
                group.create_task(self._sealer().run(stop), name="sealer")
                group.create_task(self._jobs(stop), name="jobs")
                group.create_task(_every(RECALENDAR_SECONDS, self._recalendar, stop), name="recalendar")
                group.create_task(_every(HOUSEKEEPING_SECONDS, self._housekeeping, stop), name="housekeeping")
                group.create_task(BusinessGauges(self._metrics).run(runtime.hot, runtime.clock, stop), name="gauges")
                for stream in CONSUMES[settings.service]:
                    group.create_task(self._consumer(stream, bus, relay).run(stop), name=f"consumer-{stream}")
        finally:
            await bus.close()

    async def _bound(self) -> Bus:
        settings = self._runtime.settings
        bus = await Bus.connect(settings.nats_url.get_secret_value(), name=f"{settings.service}-worker")
        try:
            await check_consumers(bus, settings.service)
        except BaseException:
            await bus.close()
            raise
        return bus

    async def _connected(self, stop: asyncio.Event) -> Bus | None:
        pause = 0.1
        while not stop.is_set():
            try:
                return await self._bound()
            except (BrokerUnavailableError, BrokerRefusalError, OSError, TimeoutError) as error:
                log.warning("broker not reached: %s", type(error).__name__)
                await _rest(stop, pause)
                pause = min(pause * 2, 5.0)
        return None

    async def _jobs(self, stop: asyncio.Event) -> None:
        """Jobs have their own pool, whose statements may take ten minutes (reliability.md 2.6)."""
        settings = self._runtime.settings
        bodies = {**closing.bodies(self._runtime), **self._bodies}
        engine = create_engine(
            settings.database_url.get_secret_value(),
            application_name=f"{settings.service}-jobs",
            schema=settings.service,
            pool_size=2,
            max_overflow=0,
            statement_timeout_ms=JOB_STATEMENT_MS,
        )
        try:
            await Runner(create_sessions(engine), self._runtime.clock, bodies).run(stop)
        finally:
            await engine.dispose()

    def _sealer(self) -> Sealer:
        settings = self._runtime.settings
        return Sealer(
            service=settings.service, dsn=settings.database_url.get_secret_value(), now=self._runtime.clock.now
        )

    def _consumer(self, stream: str, bus: Bus, relay: Relay) -> Consumer:
        return Consumer(
            service=self._runtime.settings.service,
            stream=stream,
            bus=bus,
            sessions=self._runtime.sessions,
            handlers=self._handlers,
            bulk=self._bulk,
            now=self._runtime.clock.now,
            after_commit=relay.wake,
        )

    async def _recalendar(self) -> None:
        """Move open clocks to a new calendar revision (sla.md 4)."""
        runtime, moved = self._runtime, 1
        while moved:
            async with runtime.sessions.begin() as session:
                moved = await recalendar(session, runtime.calendars, now=runtime.clock.now())

    async def _housekeeping(self) -> None:
        """Schedule what recurs; forget idempotency keys after 48 h and inbox rows after 60 days."""
        runtime = self._runtime
        now = runtime.clock.now()
        await closing.schedule(runtime, self._schedules)
        async with runtime.sessions.begin() as session:
            await idempotency_store.prune(session, now=now)
        await runtime.hot.execute(
            "delete from inbox where ctid = any (array (select ctid from inbox where at < $1 limit 5000))",
            now - timedelta(days=60),
        )


async def _every(seconds: float, work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Do `work` again and again; a database that is away or busy is waited out, anything else ends the worker."""
    while not stop.is_set():
        try:
            await work()
        except Exception as error:
            if not _passes(error):
                raise
            log.warning("put off by the database: %s", type(error).__name__)
        await _rest(stop, seconds)


def _passes(error: Exception) -> bool:
    """Whether the next turn may well succeed: the database was away, out of resources or time, or a lock was held."""
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    return is_outage(error) or state.startswith(_PASSING)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
