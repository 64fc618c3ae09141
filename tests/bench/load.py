"""The load generator, a process of its own: raw HTTP/1.1 over kept connections, closed loop or at a fixed rate.

Reads one JSON object from stdin, writes the figures as one JSON object to stdout.
"""

import asyncio
import itertools
import json
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import uvloop
from typing_extensions import override


class Connection(asyncio.Protocol):
    """One request at a time; `done` hears of each answer."""

    def __init__(self, done: "Callable[[Connection, int, bytes], None]") -> None:
        self.began = 0.0
        self._done = done
        self._buffer = bytearray()
        self._wanted = -1
        self._transport: Any = None

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._done(self, 599, str(exc).encode())

    def send(self, request: bytes, began: float) -> None:
        """Send one request; `began` is when it was due."""
        self.began = began
        self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._wanted < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            place = head.find(b"content-length:")
            if place < 0:
                raise RuntimeError("an answer without a length")
            self._wanted = end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
        if len(self._buffer) >= self._wanted:
            answer = bytes(self._buffer)
            self._buffer.clear()
            self._wanted = -1
            self._done(self, int(answer[9:12]), answer)


def requests_of(spec: dict[str, Any]) -> Iterator[bytes]:
    """The requests in turn, each with a key of its own where that is wanted."""
    fixed = "".join(f"{name}: {value}\r\n" for name, value in spec["headers"].items())
    made = []
    for one in spec["requests"]:
        body = (one.get("body") or "").encode()
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        bearer = f"Authorization: Bearer {one['bearer']}\r\n" if "bearer" in one else ""
        head = f"{one['method']} {one['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fixed}{bearer}{length}".encode()
        made.append((head, body))
    run = f"{random.getrandbits(64):016x}"
    for number, (head, body) in enumerate(itertools.cycle(made)):
        key = f"Idempotency-Key: {run}-{number}\r\n".encode() if spec["fresh_key"] else b""
        yield head + key + b"\r\n" + body


class Run:
    """One measurement."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._requests = requests_of(spec)
        self._idle: list[Connection] = []
        self._late: deque[float] = deque()
        self._counts_from = 0.0
        self._ends = 0.0
        self.times: list[float] = []
        self.refused = 0
        self.sample = b""

    async def go(self) -> dict[str, Any]:
        """Drive the load; answers the figures."""
        loop = asyncio.get_running_loop()
        for _ in range(self._spec["connections"]):
            _, connection = await loop.create_connection(lambda: Connection(self._answered), *self._address)
            self._idle.append(connection)
        began = time.perf_counter()
        self._counts_from = began + self._spec["warmup"]
        self._ends = self._counts_from + self._spec["seconds"]
        if self._spec["rate"]:
            await self._at_rate(began, self._spec["rate"])
        else:
            for connection in list(self._idle):
                self._fire(connection, time.perf_counter())
            await asyncio.sleep(self._ends - time.perf_counter())
        return self._figures()

    @property
    def _address(self) -> tuple[str, int]:
        return "127.0.0.1", self._spec["port"]

    async def _at_rate(self, began: float, rate: float) -> None:
        due = began
        while (now := time.perf_counter()) < self._ends:
            while due <= now:
                self._late.append(due)
                due += random.expovariate(rate)
            while self._late and self._idle:
                self._fire(self._idle.pop(), self._late.popleft())
            await asyncio.sleep(max(0.0, min(due - time.perf_counter(), 0.001)))

    def _fire(self, connection: Connection, began: float) -> None:
        connection.send(next(self._requests), began)

    def _answered(self, connection: Connection, status: int, answer: bytes) -> None:
        now = time.perf_counter()
        if now > self._ends:
            return
        if connection.began >= self._counts_from or (not self._spec["rate"] and now >= self._counts_from):
            self.times.append(now - connection.began)
        if status >= 400:
            self.refused += 1
            self.sample = self.sample or answer
        if status == 599:
            return
        if not self._spec["rate"]:
            self._fire(connection, now)
        elif self._late:
            self._fire(connection, self._late.popleft())
        else:
            self._idle.append(connection)

    def _figures(self) -> dict[str, Any]:
        times = sorted(self.times) or [0.0]
        shares = {f"p{share}": times[min(len(times) - 1, len(times) * share // 100)] * 1000 for share in (50, 95, 99)}
        sample = self.sample.decode(errors="replace")[-600:]
        return {"rate": len(self.times) / self._spec["seconds"], "refused": self.refused, "sample": sample, **shares}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(Run(json.load(sys.stdin)).go())))
