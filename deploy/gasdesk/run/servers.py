"""uvicorn as one of several servers of a process: signals are ours, not its (design.md 2)."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn
from typing_extensions import override


class Server(uvicorn.Server):
    """Leaves signals alone: several plain servers in one loop die of SIGTERM before the caller's `finally`."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured."""
        yield


def server_for(app: Any) -> Server:
    """A server with the limits of reliability.md 2.7."""
    config = uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        backlog=512,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    return Server(config)


class Running:
    """One server under way on a socket of ours."""

    def __init__(self, name: str, app: Any, listener: socket.socket) -> None:
        self.name = name
        self.app = app
        self._server = server_for(app)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name=f"http-{name}")

    async def ready(self) -> None:
        """Wait until it answers.  Raises: RuntimeError when its lifespan failed."""
        while not self._server.started:
            if self._task.done():
                await self._task
                raise RuntimeError(f"{self.name} 未能启动（did not start），原因见日志")
            await asyncio.sleep(0.01)

    def drain(self) -> None:
        """Readiness turns red; no new connections; requests in flight are finished."""
        self.app.state.is_draining = True
        self._server.should_exit = True
        if not self._server.started:
            self._task.cancel()  # nothing is in flight, and its lifespan may be waiting for a database

    def force(self) -> None:
        """Do not wait for requests in flight."""
        self._server.force_exit = True

    async def finished(self) -> None:
        """Wait for the end."""
        await asyncio.gather(self._task, return_exceptions=True)
