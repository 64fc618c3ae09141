"""The consumer of one stream: bound durable, inbox and effect in one transaction, ack after the commit (style.md 6)."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import nats.errors
from nats.aio.msg import Msg
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.database.outage import is_outage
from shared.errors import DomainError, NotFoundError
from shared.events import dead_letters
from shared.events.bus import BrokerUnavailableError, Bus, finish
from shared.events.envelope import MAX_HOPS, Event, UndecodableError, decode
from shared.events.inbox import BulkHandler, Handler, apply_all_once, apply_once
from shared.events.provision import MAX_ACK_PENDING
from shared.events.pull import ConsumerGoneError, Pull
from shared.events.topology import type_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a consumer works: `lanes` aggregates at once, failures before giving up, delays in seconds."""

    batch: int = 250
    lanes: int = 2
    max_failures: int = 20
    first_delay: float = 1.0
    max_delay: float = 60.0
    heartbeat: float = 10.0
    fetch_timeout: float = 1.0

    def delay(self, failures: int) -> float:
        """Seconds until the next delivery after so many failures."""
        return float(min(self.first_delay * 2 ** min(failures - 1, 16), self.max_delay))


@dataclass(slots=True)
class ConsumerStats:
    """Counters since the process began, for metrics."""

    applied: int = 0
    duplicates: int = 0
    retried: int = 0
    dead: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


class Consumer:
    """Feeds the handlers of one service with one stream; any number of replicas share the durable."""

    def __init__(
        self,
        *,
        service: str,
        stream: str,
        bus: Bus,
        sessions: async_sessionmaker[AsyncSession],
        handlers: Mapping[str, Handler],
        bulk: Mapping[str, BulkHandler] | None = None,
        now: Callable[[], datetime],
        pace: Pace | None = None,
        after_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self.service = service
        self.stream = stream
        self.stats = ConsumerStats()
        self.last_error: str | None = None
        self._bus = bus
        self._sessions = sessions
        self._handlers = handlers
        self._bulk = bulk or {}
        self._now = now
        self._pace = pace or Pace()
        self._after_commit = after_commit
        self._unsettled: dict[int, Msg] = {}
        self._failures: dict[int, int] = {}
        self._is_outage = False
        if self._pace.batch > MAX_ACK_PENDING:
            raise ValueError(f"batch {self._pace.batch} exceeds max_ack_pending {MAX_ACK_PENDING}: fetches would stall")

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`; faults of the broker are waited out, anything unforeseen is raised."""
        pull = Pull(self._bus, self.stream, self.service)
        beating = asyncio.create_task(self._beat(pull))
        try:
            while not stop.is_set():
                try:
                    messages = await pull.fetch(self._pace.batch, self._pace.fetch_timeout)
                    await self._work(messages)
                    if self._is_outage:
                        self._is_outage = False
                        await _sleep(stop, self._pace.first_delay)
                except (BrokerUnavailableError, ConsumerGoneError) as error:
                    self._note(error)
                    await _sleep(stop, 1.0)
        finally:
            await finish([beating])
            await pull.close()

    async def _work(self, messages: list[Msg]) -> None:
        run: list[tuple[Msg, Event]] = []
        for message in messages:
            self._unsettled[id(message)] = message
            event = await self._read(message)
            if event is not None:
                run.append((message, event))
        # Stretches of one bulk handler are taken whole; everything keeps its order across stretches.
        for handler, stretch in groupby(run, key=lambda one: self._bulk.get(one[1].type)):
            pairs = list(stretch)
            if handler is None or len(pairs) == 1 or not await self._handle_all(pairs, handler):
                await self._singly(pairs)

    async def _singly(self, pairs: list[tuple[Msg, Event]]) -> None:
        # One lane per aggregate keeps its order; the version gate covers what redelivery and replicas reorder.
        lanes: list[list[tuple[Msg, Event]]] = [[] for _ in range(self._pace.lanes)]
        for message, event in pairs:
            lanes[event.subject.int % self._pace.lanes].append((message, event))
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._lane(lane))

    async def _handle_all(self, pairs: list[tuple[Msg, Event]], handler: BulkHandler) -> bool:
        """One transaction for a stretch; False, with nothing done, leaves each event to its own transaction."""
        events = [event for _, event in pairs]
        try:
            async with self._sessions.begin() as session:
                applied = await apply_all_once(
                    session, consumer=self.service, events=events, handler=handler, now=self._now()
                )
        except Exception as error:  # noqa: BLE001  # one bad event must not stop the good ones beside it
            self._note(error)
            return False
        self.stats.applied += applied
        self.stats.duplicates += len(events) - applied
        self._after_commit()
        *others, (last, _) = pairs
        for message, _ in others:
            await self._settle(message, message.ack())
        await self._settle(last, last.ack_sync(timeout=2.0))
        return True

    async def _lane(self, lane: list[tuple[Msg, Event]]) -> None:
        for message, event in lane:
            await self._handle(message, event)

    async def _read(self, message: Msg) -> Event | None:
        if type_of(message.subject) not in self._handlers:
            self.stats.unknown[type_of(message.subject)] += 1
            await self._settle(message, message.ack())
            return None
        try:
            event = decode(message.data, subject=message.subject, stream=self.stream)
        except UndecodableError as error:
            await self._bury(message, None, "undecodable", str(error))
            return None
        if event.hops > MAX_HOPS:
            await self._bury(message, event, "circle", f"{event.hops} hops")
            return None
        return event

    async def _handle(self, message: Msg, event: Event) -> None:
        try:
            async with self._sessions.begin() as session:
                is_new = await apply_once(
                    session,
                    consumer=self.service,
                    event=event,
                    handler=self._handlers[event.type],
                    now=self._now(),
                )
        except NotFoundError as error:
            # The fact that it needs may still be on its way from another stream.
            await self._later(message, event, error)
        except DomainError as error:
            await self._bury(message, event, "refused", dead_letters.describe(error))
        except Exception as error:  # noqa: BLE001  # whatever a handler raises must not stop the events behind it
            if is_outage(error):
                await self._wait_out(message, error)
            else:
                await self._later(message, event, error)
        else:
            self._failures.pop(message.metadata.sequence.stream, None)
            self.stats.applied += is_new
            self.stats.duplicates += not is_new
            self._after_commit()
            # A lost ack only means a second delivery, which the inbox swallows.
            await self._settle(message, message.ack_sync(timeout=2.0))

    async def _later(self, message: Msg, event: Event, error: Exception) -> None:
        # Counted here, not by the server: deliveries during an outage are nobody's fault.
        place = message.metadata.sequence.stream
        failures = self._failures[place] = self._failures.get(place, 0) + 1
        self._note(error)
        if failures >= self._pace.max_failures:
            await self._bury(message, event, "exhausted", dead_letters.describe(error))
            return
        self.stats.retried += 1
        await self._settle(message, message.nak(delay=self._pace.delay(failures)))

    async def _wait_out(self, message: Msg, error: Exception) -> None:
        self._note(error)
        self._is_outage = True
        self.stats.retried += 1
        await self._settle(message, message.nak(delay=self._pace.first_delay))

    async def _bury(self, message: Msg, event: Event | None, reason: str, error: str) -> None:
        letter = dead_letters.Burial(
            consumer=self.service,
            stream=self.stream,
            stream_seq=message.metadata.sequence.stream,
            event=event,
            reason=reason,
            error=error,
            raw=message.data,
            attempts=message.metadata.num_delivered,
        )
        try:
            async with self._sessions.begin() as session:
                await dead_letters.bury(session, letter, now=self._now())
        except Exception as failure:  # noqa: BLE001  # without the row the message must stay
            self._note(failure)
            await self._settle(message, message.nak(delay=self._pace.first_delay))
            return
        self._failures.pop(letter.stream_seq, None)
        self.stats.dead += 1
        log.error(
            "event buried",
            extra={"stream": self.stream, "stream_seq": letter.stream_seq, "reason": reason, "cause": error},
        )
        await self._settle(message, message.term())

    async def _settle(self, message: Msg, answer: Awaitable[object]) -> None:
        try:
            await answer
        except (nats.errors.Error, TimeoutError, OSError) as error:
            self._note(error)
        finally:
            self._unsettled.pop(id(message), None)

    async def _beat(self, pull: Pull) -> None:
        while True:
            await asyncio.sleep(self._pace.heartbeat)
            for message in (*self._unsettled.values(), *pull.waiting):
                with suppress(nats.errors.Error, OSError):
                    await message.in_progress()

    def _note(self, error: Exception) -> None:
        self.last_error = dead_letters.describe(error)
        log.warning("consumer waits", extra={"stream": self.stream, "service": self.service, "cause": self.last_error})


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
