"""A way to a process that a test can make slow or mad, while the process itself is well."""

import asyncio
import contextlib
from enum import Enum, auto
from typing import Self


class Mood(Enum):
    """What the way does."""

    CLEAR = auto()
    SLOW = auto()
    """What is answered arrives five seconds later."""
    MAD = auto()
    """Something else answers, in turns: no HTTP, half an answer, HTML, JSON that breaks off, JSON of another shape."""


DELAY_SECONDS = 5.0
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n"
_GARBAGE = (
    b"220 mail.example ESMTP\r\n",
    _HEAD % (b"application/json", 500) + b'{"items": [',
    _HEAD % (b"text/html", 13) + b"<html></html>",
    _HEAD % (b"application/json", 11) + b'{"items": [',
    _HEAD % (b"application/json", 14) + b'{"items": "x"}',
)


class Way:
    """Listens on a port of its own and passes bytes to and from a process's port."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.mood = Mood.CLEAR
        self._target = port
        self._turn = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.drop()

    def turn(self, mood: Mood) -> None:
        """From now on; connections that are open are cut, as they are when something else takes a port."""
        self.mood = mood
        if mood is not Mood.SLOW:
            self.drop()

    def drop(self) -> None:
        """Cut every connection."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                if self.mood is Mood.MAD:
                    await self._babble(reader, writer)
                else:
                    await self._carry(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _babble(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self._turn += 1
        writer.write(_GARBAGE[self._turn % len(_GARBAGE)])
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.add(forth)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._copy(reader, forth, is_answer=False))
                group.create_task(self._copy(back, writer, is_answer=True))
        except* OSError:
            pass
        finally:
            self._writers.discard(forth)
            forth.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        while piece := await reader.read(65_536):
            if is_answer and self.mood is Mood.SLOW:
                await asyncio.sleep(DELAY_SECONDS)
            writer.write(piece)
            await writer.drain()
        raise ConnectionResetError  # one side is gone: so is the other
