"""A pull subscription bound to a consumer that exists; nothing is created here (reliability.md 2.1-4, 2.1-7)."""

import asyncio
from collections import deque
from contextlib import suppress

import nats.errors
import orjson
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from shared.events.bus import BrokerUnavailableError, Bus

_EXPIRES_SECONDS = 2.0
_GRACE_SECONDS = 0.5


class ConsumerGoneError(Exception):
    """The durable or its stream is not there: provision again."""


class Pull:
    """Messages of one consumer, at most one request to the server at a time."""

    def __init__(self, bus: Bus, stream: str, consumer: str) -> None:
        self._bus = bus
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._reply = bus.client.new_inbox()
        self._queue: deque[Msg] = deque()
        self._arrived = asyncio.Event()
        self._owed = 0
        self._owed_until = 0.0
        self._gone: str | None = None
        self._subscription: Subscription | None = None

    @property
    def waiting(self) -> tuple[Msg, ...]:
        """Messages that have arrived and were not fetched yet; their ack time runs."""
        return tuple(self._queue)

    async def fetch(self, batch: int, timeout: float) -> list[Msg]:
        """Up to `batch` messages, as soon as there is one; empty after `timeout` seconds.

        Raises: ConsumerGoneError, BrokerUnavailableError.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while not self._queue:
            self._arrived.clear()  # before anything is awaited: what arrives meanwhile must wake us
            if self._gone is not None:
                gone, self._gone = self._gone, None
                raise ConsumerGoneError(f"{self._subject}: {gone}")
            now = loop.time()
            if now >= until:
                return []
            if self._owed <= 0 or now >= self._owed_until:
                await self._ask(batch, now)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(until, self._owed_until) - now):
                    await self._arrived.wait()
        return [self._queue.popleft() for _ in range(min(batch, len(self._queue)))]

    async def close(self) -> None:
        """Stop listening; what was not fetched is given back at once, for another replica."""
        try:
            if self._subscription is not None:
                await self._subscription.unsubscribe()
            while self._queue:
                message = self._queue.popleft()
                if message.reply.startswith("$JS.ACK."):
                    await message.nak()
        except (nats.errors.Error, OSError):
            self._queue.clear()

    async def _ask(self, batch: int, now: float) -> None:
        try:
            if self._subscription is None:
                self._subscription = await self._bus.client.subscribe(self._reply, cb=self._on_message)
            body = orjson.dumps({"batch": batch, "expires": int(_EXPIRES_SECONDS * 1e9)})
            await self._bus.client.publish(self._subject, body, reply=self._reply)
        except (nats.errors.Error, OSError) as error:
            raise BrokerUnavailableError(str(error) or type(error).__name__) from error
        self._owed = batch
        self._owed_until = now + _EXPIRES_SECONDS + _GRACE_SECONDS

    async def _on_message(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is None:
            self._owed -= 1
            self._queue.append(message)
        elif status == "503" or "Deleted" in (message.headers or {}).get("Description", ""):
            self._owed = 0
            self._gone = (message.headers or {}).get("Description") or "no responders"
        elif status != "100":
            self._owed = 0
        self._arrived.set()
