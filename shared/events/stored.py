"""A stream from its first message to the last one that it holds now: for checks and exports."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from shared.events.bus import Bus
from shared.events.envelope import Event
from shared.events.live import follow, last_sequences


async def read_stream(url: str, stream: str) -> AsyncGenerator[Event, None]:
    """Every event that the stream holds, in its order.  Raises: BrokerRefusalError, BrokerUnavailableError."""
    bus = await Bus.connect(url, name="read-stream")
    try:
        end = (await last_sequences(bus, (stream,)))[stream]
        if end == 0:
            return
        async with aclosing(follow(bus, streams=(stream,), after={stream: 0})) as events:
            async for item in events:
                yield item.event
                if item.seq >= end:
                    return
    finally:
        await bus.close()
