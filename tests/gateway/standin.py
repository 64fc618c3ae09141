"""Small real servers that stand in for the services, also for broken ones."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from deploy.gasdesk.run.servers import Running
from shared.http.problems import PLATFORM

Headers = list[tuple[bytes, bytes]]
JSON: Headers = [(b"content-type", b"application/json")]


@dataclass
class Seen:
    """A request as a service got it."""

    method: str
    target: str
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value.decode("latin-1") for found, value in self.headers if found == name.encode()]


@dataclass
class Reply:
    """What a service answers."""

    body: Any = None
    status: int = 200
    headers: Headers = field(default_factory=lambda: list(JSON))

    @property
    def raw(self) -> bytes:
        """The body as it is sent."""
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


def refusal(code: str) -> Reply:
    """A problem of the platform's catalogue."""
    status, title = PLATFORM[code]
    body = {"type": f"urn:gasdesk:problem:{code}", "title": title, "status": status, "code": code, "detail": ""}
    body |= {"instance": "", "trace_id": "", "errors": []}
    return Reply(body, status, [(b"content-type", b"application/problem+json")])


Answering = Callable[[Seen], Awaitable[Reply]]


class StandIn:
    """One service: answers what it was told to by path, and remembers what it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: dict[str, Reply | Answering] = {}
        self.fallback: Reply | Answering | None = None
        self.raw: Callable[[Scope, Receive, Send], Awaitable[None]] | None = None
        """Takes over altogether."""
        self.delay = 0.0
        self.seen: list[Seen] = []
        self.state = type("State", (), {"is_draining": False})()
        self.port = 0
        self._running: Running | None = None
        self._leaving = asyncio.Event()

    def reset(self) -> None:
        """Forget what an earlier test told and asked."""
        self.answers.clear()
        self.seen.clear()
        self.fallback = self.raw = None
        self.delay = 0.0

    @property
    def is_up(self) -> bool:
        """Whether it listens."""
        return self._running is not None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if self.raw is not None:
            await self.raw(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        seen = Seen(scope["method"], target, list(scope["headers"]), body)
        self.seen.append(seen)
        if self.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), self.delay)
        reply = self.answers.get(scope["path"], self.fallback or refusal("not_found"))
        if not isinstance(reply, Reply):
            reply = await reply(seen)
        raw = reply.raw
        headers = [*reply.headers, (b"content-length", str(len(raw)).encode())]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": raw})

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._leaving.clear()
        listener = bound(self.port)
        self.port = listener.getsockname()[1]
        self._running = Running(self.name, self, listener)
        await self._running.ready()

    async def stop(self) -> None:
        """Be gone: connections are refused."""
        if self._running is not None:
            self._leaving.set()
            self._running.drain()
            await self._running.finished()
            self._running = None


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def bound(port: int = 0) -> socket.socket:
    """A listening socket on this machine only."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # else asyncio leaves Nagle on, and answers wait 40 ms
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    return listener


@asynccontextmanager
async def broken_server(port: int, *, says: bytes | None) -> AsyncIterator[None]:
    """Something on a service's port that takes connections and says garbage, or nothing at all."""

    writers: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            if says is not None:
                writer.write(says)
                await writer.drain()
                writer.close()
            else:
                await reader.read()

    server = await asyncio.start_server(answer, sock=bound(port))
    try:
        yield
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
