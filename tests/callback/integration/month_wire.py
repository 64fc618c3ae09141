"""Facts on their real way: outbox of the one service, its stream, the durable and inbox of the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.database import create_engine, create_sessions
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.consumer import Consumer, Pace
from shared.events.envelope import ROW
from shared.events.fact import Fact
from shared.events.inbox import BulkHandler, Handler
from shared.events.publisher import Publisher
from tests.support.world import World

PATIENCE = 30.0
_WAITING = f"""
select {ROW} from outbox where company = any($1::text[]) and published_at is null
  and (cardinality($2::text[]) = 0 or type = any($2)) order by seq
"""  # our own names
_CHOSEN = f"select {ROW} from outbox where id = any($1::uuid[])"
_STAMP = """
update outbox set published_at = now(), stream_seq = acked.place
from unnest($1::timestamptz[], $2::bigint[], $3::bigint[]) as acked (at, seq, place)
where outbox.at = acked.at and outbox.seq = acked.seq and outbox.at between $4 and $5 and outbox.published_at is null
"""


@dataclass
class Exchange:
    """Two connections: one to the broker as the publishing service, one to its schema."""

    service: str
    bus: Bus
    rows: Any
    sessions: async_sessionmaker[AsyncSession]

    async def say(self, facts: Iterable[Fact]) -> int:
        """State facts in the service's outbox; answers how many."""
        said = list(facts)
        async with self.sessions.begin() as session:
            await outbox.add(session, *said)
        return len(said)

    async def publish(self, companies: Sequence[str], *types: str) -> None:
        """Publish what these companies' rows say and stamp it, as the relay does for all."""
        publisher = Publisher(self.bus, self.service)
        rows = await self.rows.fetch(_WAITING, list(companies), list(types))
        outcome = await publisher.publish([publisher.outgoing(row) for row in rows])
        assert outcome.error is None, outcome.error
        assert not outcome.refused
        if outcome.stored:
            stored = [(message.at, message.seq, ack.seq) for message, ack in outcome.stored]
            instants, keys, places = (list(column) for column in zip(*stored, strict=True))
            await self.rows.execute(_STAMP, instants, keys, places, min(instants), max(instants))

    async def repeat(self, ids: Sequence[UUID]) -> None:
        """Publish these facts once more in this order, under fresh message ids."""
        found = {row["id"]: row for row in await self.rows.fetch(_CHOSEN, list(ids))}
        publisher = Publisher(self.bus, self.service)
        outcome = await publisher.publish([publisher.outgoing(found[one], suffix="#again") for one in ids])
        assert outcome.error is None, outcome.error
        assert len(outcome.stored) == len(ids)


@asynccontextmanager
async def exchange(world: World, service: str) -> AsyncIterator[Exchange]:
    """Speak as a service."""
    async with AsyncExitStack() as stack:
        bus = await Bus.connect(world.nats.url(service), name=f"month-{service}")
        stack.push_async_callback(bus.close)
        rows = await asyncpg.connect(world.postgres.dsn(service))
        stack.push_async_callback(rows.close)
        engine = create_engine(world.postgres.url(service), application_name="month", schema=service)
        stack.push_async_callback(engine.dispose)
        yield Exchange(service, bus, rows, create_sessions(engine))


@dataclass
class Listener:
    """The real consumers of one service on some streams."""

    service: str
    bus: Bus
    streams: Sequence[str]
    now: Callable[[], datetime]
    consumers: list[Consumer] = field(default_factory=list)

    @asynccontextmanager
    async def listening(
        self,
        sessions: async_sessionmaker[AsyncSession],
        handlers: Mapping[str, Handler],
        bulk: Mapping[str, BulkHandler] | None = None,
        pace: Pace | None = None,
    ) -> AsyncIterator[None]:
        """Let them run."""
        stop = asyncio.Event()
        self.consumers = [
            Consumer(
                service=self.service,
                stream=stream,
                bus=self.bus,
                sessions=sessions,
                handlers=handlers,
                bulk=bulk,
                now=self.now,
                pace=pace,
            )
            for stream in self.streams
        ]
        running = [asyncio.create_task(consumer.run(stop)) for consumer in self.consumers]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def caught_up(self) -> None:
        """Wait until nothing is on its way to them."""
        async with asyncio.timeout(PATIENCE):
            for stream in self.streams:
                await self._read_all(stream)
        assert [consumer.stats.dead for consumer in self.consumers] == [0] * len(self.consumers), "a fact was buried"

    async def skip(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        """Acknowledge what other tests left on the way."""
        async with self.listening(sessions, {}, pace=Pace(fetch_timeout=0.1)):
            await self.caught_up()

    async def _read_all(self, stream: str) -> None:
        while True:
            info = await self.bus.api(f"CONSUMER.INFO.{stream}.{self.service}")
            if not info["num_pending"] and not info["num_ack_pending"]:
                return
            await asyncio.sleep(0.01)
