"""`gasdesk events tail`: one line per event as it is published."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import aclosing

from shared.events.bus import Bus
from shared.events.live import SERVICE_STREAMS, LiveEvent, follow


async def tail(
    bus: Bus,
    *,
    streams: Iterable[str] = SERVICE_STREAMS,
    after: Mapping[str, int] | None = None,
    types: Collection[str] = (),
    company: str | None = None,
) -> AsyncGenerator[LiveEvent, None]:
    """Events from now on (or after the places given), only of `types` (a type or an owner) and `company` if named."""
    async with aclosing(follow(bus, streams=streams, after=after)) as events:
        async for item in events:
            owner = item.event.type.partition(".")[0]
            if types and item.event.type not in types and owner not in types:
                continue
            if company is None or item.event.company == company:
                yield item


def line(item: LiveEvent) -> str:
    """`time stream/seq company type aggregate vN {data}`; thin by construction, so nothing needs masking."""
    event = item.event
    return (
        f"{event.time.isoformat()} {item.stream}/{item.seq} {event.company} {event.type}"
        f" {event.subject} v{event.aggregate_version} {event.payload.model_dump_json(exclude={'routing'})}"
    )
