"""Real processes of the platform that a test starts, kills and sees restarted, as an orchestrator would."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 60.0
"""The limit of waiting for a process to do what it always does: far beyond what a busy machine needs."""


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One process and its successors."""

    name: str
    argv: list[str]
    env: dict[str, str]
    log: Path
    port: int = 0
    pid: int = 0
    started_at: float = 0.0
    is_wanted: bool = True
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = None
    killed: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def age(self) -> float:
        """Seconds since it was started; 0 when it is not running."""
        return time.monotonic() - self.started_at if self.pid and not self.ended.is_set() else 0.0

    def signal(self, number: int) -> bool:
        """Send a signal; False when it is gone already."""
        if not self.pid or self.ended.is_set():
            return False
        if number == signal.SIGKILL:
            self.killed.add(self.pid)
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    async def answers(self) -> None:
        """Wait until it answers HTTP: the port alone is bound before the application is there."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            while not await _is_live(http, self.url):  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.02)

    def tail(self, lines: int = 15) -> str:
        """The last lines that it said."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


async def _is_live(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/livez") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


class Fleet:
    """Starts processes by the spawner; what ends without having been told to is started again and noted."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.processes: dict[str, Process] = {}
        self.crashes: list[str] = []
        """Ends that nobody asked for: name, exit status, last words."""
        self._folder = folder
        self._environment = dict(environment)
        self._spawner: asyncio.subprocess.Process | None = None
        self._answers: deque[tuple[Process, asyncio.Future[None]]] = deque()
        self._by_pid: dict[int, Process] = {}
        self._ready = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._restarts: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Warm the spawner up."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "spawner.log").open("ab") as log:
            self._spawner = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.faults.spawner", cwd=ROOT, stdin=-1, stdout=-1, stderr=log
            )
        self._listening = asyncio.create_task(self._listen())
        await asyncio.wait_for(self._ready.wait(), 60)

    async def close(self) -> None:
        """End everything."""
        await self.end(*self.processes)
        if self._spawner is not None and self._spawner.stdin is not None:
            self._spawner.stdin.close()
            await asyncio.wait_for(self._spawner.wait(), 20)
        if self._listening is not None:
            self._listening.cancel()

    async def start(self, name: str, *argv: str, port_variable: str = "", **env: str) -> Process:
        """Start a process and keep it up; `port_variable` is given a port of its own, the same for each restart."""
        port = free_port() if port_variable else 0
        variables = self._environment | env | ({port_variable: str(port)} if port_variable else {})
        process = Process(name, list(argv), variables, self._folder / f"{name}.log", port)
        self.processes[name] = process
        await self._launch(process)
        return process

    async def answering(self, *names: str) -> None:
        """Wait until the named processes take connections."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for name in names:
                await self.processes[name].answers()

    async def end(self, *names: str, number: int = signal.SIGKILL) -> None:
        """Stop processes for good."""
        chosen = [self.processes.pop(name) for name in names]
        for process in chosen:
            process.is_wanted = False
        if self._restarts:
            await asyncio.wait(set(self._restarts))
        for process in chosen:
            process.signal(number)
        for process in chosen:
            await asyncio.wait_for(process.ended.wait(), PATIENCE_SECONDS)

    async def restart(self, name: str, number: int) -> None:
        """End a process by a signal; waits until it is gone and started again."""
        process = self.processes[name]
        pid = process.pid
        process.killed.add(pid)
        process.signal(number)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.ended.wait()
            while process.pid == pid:  # noqa: ASYNC110  # the spawner answers
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def without(self, name: str) -> AsyncIterator[None]:
        """`kill -9` of a process, which stays away for the block and is started again after it."""
        process = self.processes[name]
        process.is_wanted = False
        process.signal(signal.SIGKILL)
        await asyncio.wait_for(process.ended.wait(), PATIENCE_SECONDS)
        try:
            yield
        finally:
            process.is_wanted = True
            await self._launch(process)

    async def said(self, name: str, text: str) -> None:
        """Wait until a process has written `text` in its log."""
        process = self.processes[name]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in process.tail():  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.02)

    async def _launch(self, process: Process) -> None:
        spawner = self._spawner
        assert spawner is not None
        assert spawner.stdin is not None
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers.append((process, future))
        order = {"argv": process.argv, "env": process.env, "log": str(process.log)}
        spawner.stdin.write(json.dumps(order).encode() + b"\n")
        await future

    async def _listen(self) -> None:
        assert self._spawner is not None
        assert self._spawner.stdout is not None
        async for line in self._spawner.stdout:
            said = json.loads(line)
            if "ready" in said:
                self._ready.set()
            elif "pid" in said:
                process, future = self._answers.popleft()
                process.pid, process.started_at, process.status = said["pid"], time.monotonic(), None
                process.ended.clear()
                self._by_pid[process.pid] = process
                future.set_result(None)
            else:
                self._note_end(said["ended"], said["status"])

    def _note_end(self, pid: int, status: int) -> None:
        process = self._by_pid.pop(pid, None)
        if process is None:
            return
        process.status = status
        process.ended.set()
        if process.is_wanted:
            said = process.tail()
            if pid not in process.killed:
                self.crashes.append(f"{process.name} ended with {status}: {said}")
            task = asyncio.create_task(self._again(process))
            self._restarts.add(task)
            task.add_done_callback(self._restarts.discard)

    async def _again(self, process: Process) -> None:
        await asyncio.sleep(0.05)
        if process.is_wanted:
            await self._launch(process)
