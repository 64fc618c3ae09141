"""One connection to the broker, with the settings that survive a hung or restarted server (reliability.md 2.1-9)."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import nats
import nats.errors
import orjson
from nats.aio.client import Client

from shared.events.topology import inbox_prefix

log = logging.getLogger(__name__)


class BrokerRefusalError(Exception):
    """The server answered a JetStream request with an error; `code` is HTTP-like, `err_code` the server's own."""

    def __init__(self, code: int, err_code: int, description: str) -> None:
        super().__init__(f"{description} ({code}/{err_code})")
        self.code = code
        self.err_code = err_code


class BrokerUnavailableError(Exception):
    """No answer: connection lost, nobody listening, or a permission missing (see `Bus.last_error`)."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The stream's word that a message is stored; `seq` is the last one's for a batch."""

    stream: str
    seq: int
    duplicate: bool = False
    count: int = 1


class Bus:
    """A connection that reconnects for ever; what the server complains about is kept in `last_error`."""

    def __init__(self, client: Client, user: str) -> None:
        self.client = client
        self.user = user
        self.error_count = 0
        self.last_error: str | None = None
        self._complaints: deque[str] = deque(maxlen=64)
        self._on_closed: Callable[[], None] | None = None
        self._is_closing = False

    @classmethod
    async def connect(
        cls, url: str, *, name: str, on_closed: Callable[[], None] | None = None, timeout: float = 5.0
    ) -> "Bus":
        """Connect with the credentials in `url`; timeout in seconds.

        `on_closed` is called when the connection is closed for good without `close()`: the process should end.
        Raises: BrokerUnavailableError when the server does not answer or refuses the credentials.
        """
        user = urlsplit(url).username or ""
        bus = cls(Client(), user)
        bus._on_closed = on_closed
        try:
            await asyncio.wait_for(
                bus.client.connect(
                    url,
                    name=name,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds; fractions work
                    connect_timeout=2,
                    ping_interval=5,
                    max_outstanding_pings=2,
                    allow_reconnect=True,
                    inbox_prefix=inbox_prefix(user),
                    skip_subject_validation=True,
                    error_cb=bus._on_error,
                    closed_cb=bus._closed,
                ),
                timeout,
            )
        except (OSError, TimeoutError, nats.errors.Error) as error:
            await bus.close()
            raise BrokerUnavailableError(f"{name}: {error}") from error
        return bus

    @property
    def is_connected(self) -> bool:
        """Whether the broker can be reached now; readiness of workers asks this."""
        return bool(self.client.is_connected)

    @property
    def max_payload(self) -> int:
        """The greatest message in bytes that the server takes, headers included."""
        return int(self.client.max_payload)

    def was_forbidden(self, subject: str) -> bool:
        """Whether the server complained about publishing on this very subject (the truth behind a timeout)."""
        return any("permissions violation" in text and f'"{subject.lower()}"' in text for text in self._complaints)

    async def api(self, call: str, body: object | None = None, *, timeout: float = 5.0) -> dict[str, Any]:
        """Ask `$JS.API.<call>`; timeout in seconds.

        Raises: BrokerRefusalError, BrokerUnavailableError.
        """
        return await self._ask(f"$JS.API.{call}", b"" if body is None else orjson.dumps(body), None, timeout)

    async def publish(self, subject: str, data: bytes, headers: dict[str, str], *, timeout: float = 5.0) -> Ack:
        """Publish to a stream and wait for its ack; a timeout does *not* mean that the message was not stored.

        Raises: BrokerRefusalError, BrokerUnavailableError.
        """
        answer = await self._ask(subject, data, headers, timeout)
        return Ack(answer["stream"], answer["seq"], bool(answer.get("duplicate")), int(answer.get("count", 1)))

    async def send(self, subject: str, data: bytes, headers: dict[str, str] | None = None, reply: str = "") -> None:
        """Publish without waiting, such as the earlier messages of an atomic batch.

        Raises: BrokerUnavailableError.
        """
        try:
            await self.client.publish(subject, data, reply=reply, headers=headers)
        except (nats.errors.Error, OSError) as error:
            raise BrokerUnavailableError(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close for good."""
        self._is_closing = True
        if not self.client.is_closed:
            await self.client.close()

    async def _ask(self, subject: str, data: bytes, headers: dict[str, str] | None, timeout: float) -> dict[str, Any]:
        try:
            message = await self.client.request(subject, data, timeout=timeout, headers=headers)
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise BrokerUnavailableError(f"{subject}: {str(error) or type(error).__name__}") from error
        answer: dict[str, Any] = orjson.loads(message.data)
        refusal = answer.get("error")
        if refusal:
            raise BrokerRefusalError(refusal["code"], refusal.get("err_code", 0), refusal.get("description", ""))
        return answer

    async def _on_error(self, error: Exception) -> None:
        self.error_count += 1
        self.last_error = str(error) or type(error).__name__
        self._complaints.append(self.last_error.lower())
        log.warning("broker complained", extra={"broker_error": self.last_error, "broker_user": self.user})

    async def _closed(self) -> None:
        if not self._is_closing and self._on_closed is not None:
            self._on_closed()


async def finish(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks that talk to the broker and wait for their end.

    More than once: nats-py swallows a cancellation that meets a flush, and the task would go on for ever.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.05)
