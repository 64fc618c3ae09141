"""Following streams as they grow, for the gateway's live door and for `events tail`: ephemeral, ordered, resumable."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass

from shared.events.bus import BrokerRefusalError, BrokerUnavailableError, Bus, finish
from shared.events.envelope import Event, UndecodableError, decode
from shared.events.provision import SECOND
from shared.events.pull import ConsumerGoneError, Pull
from shared.events.topology import SERVICES, stream_of
from shared.ids import new_id

log = logging.getLogger(__name__)

SERVICE_STREAMS = tuple(stream_of(service) for service in SERVICES)
"""All facts, the clock facts among them; adding `SLA` would deliver those twice."""

_FETCH = 200
_QUEUE = 1000
_RETRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event with its place, from which following can be resumed."""

    stream: str
    seq: int
    event: Event


async def follow(
    bus: Bus, *, streams: Iterable[str] = SERVICE_STREAMS, after: Mapping[str, int] | None = None
) -> AsyncGenerator[LiveEvent, None]:
    """Events of several streams, each stream in its order, for ever.

    `after` names the last sequence already seen per stream; a stream that it does not name starts with what comes next.
    Survives restarts of the broker without gap or repetition; a place beyond the end (store lost) means the end.
    """
    queue: asyncio.Queue[LiveEvent | BaseException] = asyncio.Queue(_QUEUE)
    tasks = [asyncio.create_task(_feed(bus, stream, (after or {}).get(stream), queue)) for stream in streams]
    try:
        while True:
            item = await queue.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        await finish(tasks)


async def last_sequences(bus: Bus, streams: Iterable[str] = SERVICE_STREAMS) -> dict[str, int]:
    """The place of the newest message per stream. Raises: BrokerRefusalError, BrokerUnavailableError."""
    return {stream: await _last(bus, stream) for stream in streams}


async def _feed(bus: Bus, stream: str, after: int | None, queue: asyncio.Queue[LiveEvent | BaseException]) -> None:
    place = after
    try:
        while True:
            try:
                end = await _last(bus, stream)
                place = end if place is None else min(place, end)
                place = await _until_broken(bus, stream, place, queue)
            except (BrokerUnavailableError, BrokerRefusalError) as error:
                log.warning("live feed waits", extra={"stream": stream, "reason": str(error)})
            await asyncio.sleep(_RETRY_SECONDS)
    except Exception as error:  # noqa: BLE001  # handed to whoever follows
        await queue.put(error)


async def _last(bus: Bus, stream: str) -> int:
    info = await bus.api(f"STREAM.INFO.{stream}")
    return int(info["state"]["last_seq"])


async def _until_broken(bus: Bus, stream: str, place: int, queue: asyncio.Queue[LiveEvent | BaseException]) -> int:
    name = f"{bus.user}_{new_id().hex}"
    config = {
        "name": name,
        "ack_policy": "none",
        "deliver_policy": "by_start_sequence",
        "opt_start_seq": place + 1,
        "mem_storage": True,
        "num_replicas": 1,
        "inactive_threshold": 30 * SECOND,
    }
    await bus.api(f"CONSUMER.CREATE.{stream}.{name}", {"stream_name": stream, "config": config})
    pull = Pull(bus, stream, name)
    expected = 1
    try:
        while True:
            for message in await pull.fetch(_FETCH, 5.0):
                sequence = message.metadata.sequence
                if sequence.consumer != expected:  # a delivery was lost on the way: begin again after the last one
                    return place
                expected += 1
                place = sequence.stream
                await _offer(queue, stream, place, message.data)
    except (BrokerUnavailableError, ConsumerGoneError):
        return place
    finally:
        await pull.close()


async def _offer(queue: asyncio.Queue[LiveEvent | BaseException], stream: str, place: int, data: bytes) -> None:
    try:
        event = decode(data)
    except UndecodableError as error:
        log.warning("undecodable event skipped", extra={"stream": stream, "stream_seq": place, "reason": str(error)})
        return
    await queue.put(LiveEvent(stream, place, event))
