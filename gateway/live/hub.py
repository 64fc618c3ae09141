"""One follower of the broker for all live streams: what it hears it tells each subscriber who may know."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import cached_property
from uuid import UUID

import orjson
import structlog

from gateway.live.kinds import Whereabouts, kind_of
from shared.access.scope import RowScope
from shared.contracts.live import LiveKind, named_in
from shared.events.bus import BrokerRefusalError, BrokerUnavailableError, Bus
from shared.events.envelope import Event
from shared.events.live import SERVICE_STREAMS, LiveEvent, follow, last_sequences
from shared.http.problems import refuse
from shared.observability.logging import describe

log = structlog.get_logger(__name__)

REMEMBERED = 5000
"""Events that a client which comes back may have missed."""
_AT_START = 1000
"""Events per stream that a restarted gateway reads back, so that its clients can resume."""
_QUEUE = 500
_MOST_STREAMS = 2000
_MOST_PER_PERSON = 10
_AHEAD = 500
"""Another gateway may have told a client this much more than we heard; beyond it the broker began anew."""
_RETRY_SECONDS = 1.0

Places = dict[str, int]
Kinds = frozenset[LiveKind] | None


class Told:
    """An event as it is told to people."""

    def __init__(self, item: LiveEvent) -> None:
        self.stream = item.stream
        self.seq = item.seq
        self.event = item.event

        self._frames: dict[LiveKind, bytes] = {}

    @cached_property
    def named(self) -> frozenset[UUID]:
        """Whom it concerns by name beside the routing."""
        return frozenset(found for text in named_in(self.event.type, self.event.data) if (found := _id(text)))

    def kind(self, person: Whereabouts) -> LiveKind:
        """What it means to a person."""
        return kind_of(self.event.type, self.event.routing, self.event.data, self.named, person)

    def frame(self, kind: LiveKind) -> bytes:
        """The event's lines without its id, which differs by subscriber."""
        found = self._frames.get(kind)
        if found is None:
            said = orjson.dumps({"kind": kind, **_shown(self.event)})
            found = self._frames[kind] = f"event: {self.event.type}\ndata: ".encode() + said + b"\n\n"
        return found

    def concerns(self, scope: RowScope) -> bool:
        """Whether somebody of that scope may know."""
        routing = self.event.routing
        return scope.admits(
            company=self.event.company,
            owner_ids=(routing.owner_id, *self.named),
            team=routing.team,
            department=routing.department,
            posts=routing.posts,
        )


class Subscriber:
    """One open stream of one person."""

    def __init__(self, staff_id: UUID, scope: RowScope, seen: Places, person: Whereabouts, kinds: Kinds) -> None:
        self.staff_id = staff_id
        self.scope = scope
        self.person = person
        self.kinds = kinds
        self.is_dropped = False
        """Too slow: what waits is still sent, then the stream ends, and the client resumes."""
        self._seen = seen
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE)

    @property
    def place(self) -> bytes:
        """The id of what was offered last; only where nothing waits is it also what was sent."""
        return place_text(self._seen).encode()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be sent."""
        return self._queue.empty()

    def offer(self, told: Told) -> None:
        """Take note of an event, and queue it if it is for this person."""
        if self.is_dropped or told.seq <= self._seen[told.stream]:
            return
        self._seen[told.stream] = told.seq
        if not told.concerns(self.scope):
            return
        kind = told.kind(self.person)
        if self.kinds is not None and kind not in self.kinds:
            return
        try:
            self._queue.put_nowait(b"id: " + self.place + b"\n" + told.frame(kind))
        except asyncio.QueueFull:
            self.is_dropped = True

    def rewind(self, stream: str, seq: int) -> None:
        """The broker lost the stream and counts anew from `seq`."""
        self._seen[stream] = seq - 1

    async def next(self, seconds: float) -> bytes:
        """All frames that wait, or none after `seconds`."""
        try:
            frames = [await asyncio.wait_for(self._queue.get(), seconds)]
        except TimeoutError:
            return b""
        while not self._queue.empty() and len(frames) < 100:
            frames.append(self._queue.get_nowait())
        return b"".join(frames)


class LiveHub:
    """Follows all service streams once and remembers the newest events; subscribers are fed from memory."""

    def __init__(self, url: str, *, remembered: int = REMEMBERED) -> None:
        """`url` is the gateway's NATS address; empty serves nobody."""
        self._url = url
        self._bus: Bus | None = None
        self._ring: deque[Told] = deque()
        self._remembered = remembered
        self._base: Places = {}
        self._places: Places = {}
        self._began: Places = {}
        self._subscribers: set[Subscriber] = set()

    @property
    def is_connected(self) -> bool:
        """Whether the broker is heard now."""
        return self._bus is not None and self._bus.is_connected

    @property
    def is_following(self) -> bool:
        """Whether the places in the streams are known, so that subscribers can be taken."""
        return bool(self._places)

    @property
    def is_wanted(self) -> bool:
        """Whether the gateway was given a broker at all."""
        return bool(self._url)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until stopped; a broker that is away is waited for."""
        while self._url and not stop.is_set():
            try:
                await self._follow(stop)
            except (BrokerUnavailableError, BrokerRefusalError) as error:
                log.warning("live.waiting", **describe(error))
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self, stop: asyncio.Event) -> None:
        self._bus = await Bus.connect(self._url, name="gateway-live")
        try:
            ends = await last_sequences(self._bus)
            if not self._places:
                self._began = dict(ends)
                self._places = {stream: max(0, end - _AT_START) for stream, end in ends.items()}
                self._base = dict(self._places)
            async with aclosing(follow(self._bus, after=self._places)) as events:
                async for item in events:
                    self.tell(item)
                    if stop.is_set():
                        return
        finally:
            await self._bus.close()

    def tell(self, item: LiveEvent) -> None:
        """Remember an event and offer it to everybody."""
        told = Told(item)
        if told.seq <= self._places[told.stream]:
            self._forget(told)
        self._places[told.stream] = told.seq
        self._ring.append(told)
        if len(self._ring) > self._remembered:
            oldest = self._ring.popleft()
            self._base[oldest.stream] = oldest.seq
        for subscriber in self._subscribers:
            subscriber.offer(told)

    def _forget(self, told: Told) -> None:
        log.warning("live.stream_began_anew", stream=told.stream, stream_seq=told.seq)
        self._ring = deque(one for one in self._ring if one.stream != told.stream)
        self._base[told.stream] = self._began[told.stream] = told.seq - 1
        for subscriber in self._subscribers:
            subscriber.rewind(told.stream, told.seq)

    @contextmanager
    def subscribe(
        self,
        staff_id: UUID,
        scope: RowScope,
        last: str | None,
        *,
        person: Whereabouts | None = None,
        kinds: Kinds = None,
    ) -> Iterator[tuple[Subscriber, bool]]:
        """A subscriber for the length of the block, and whether it resumed all that came after `last`.

        `kinds` None tells everything that the scope admits.
        Not resumed (first connection, or away for too long) means: read again what you show.
        Raises: ProblemError 503 without a broker or with too many streams, 429 for too many of one person.
        """
        self._check(staff_id)
        asked = places_of(last)
        is_resumed = asked is not None and self._reaches(asked)
        now = {stream: max(place, self._began[stream]) for stream, place in self._places.items()}
        seen = asked if is_resumed and asked is not None else now
        subscriber = Subscriber(staff_id, scope, seen, person or Whereabouts.of_scope(scope), kinds)
        for told in self._ring:
            subscriber.offer(told)
        self._subscribers.add(subscriber)
        try:
            yield subscriber, is_resumed
        finally:
            self._subscribers.discard(subscriber)

    def _check(self, staff_id: UUID) -> None:
        if not self.is_following or len(self._subscribers) >= _MOST_STREAMS:
            raise refuse("unavailable", "实时消息暂不可用", headers={"Retry-After": "5"})
        if sum(one.staff_id == staff_id for one in self._subscribers) >= _MOST_PER_PERSON:
            raise refuse("rate_limited", "同一账号打开的实时连接过多", headers={"Retry-After": "5"})

    def _reaches(self, asked: Mapping[str, int]) -> bool:
        return all(
            self._base[stream] <= asked[stream] <= max(place, self._began[stream]) + _AHEAD
            for stream, place in self._places.items()
        )


def place_text(places: Mapping[str, int], streams: Sequence[str] = SERVICE_STREAMS) -> str:
    """The id of an event: the place in each stream."""
    return ".".join(str(places[stream]) for stream in streams)


def places_of(text: str | None, streams: Sequence[str] = SERVICE_STREAMS) -> Places | None:
    """The places that an id names; None if it is none of ours."""
    parts = (text or "").split(".")
    if len(parts) != len(streams) or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return {stream: int(part) for stream, part in zip(streams, parts, strict=True)}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _shown(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "time": event.time,
        "company": event.company,
        "aggregateversion": event.aggregate_version,
        "matterid": event.matter_id,
        "actor": event.actor,
        "data": event.data,
    }
