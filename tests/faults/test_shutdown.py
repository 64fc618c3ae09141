"""SIGTERM and Ctrl-C of `make run` under load: every request in flight is answered, no process is left."""

import asyncio
import os
import shutil
import signal
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.support.platform import PlatformProcess

INTAKE = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": "维修人员态度生硬"}
_CLIENTS = 8
_WARM_UP = 20
_LOAD = 150
"""Requests that are answered before the signal."""
_PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all runs: only the first has to make it."""
    folder = Path(tempfile.mkdtemp(prefix="gf-"))
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def platform(home: Path) -> Iterator[PlatformProcess]:
    """A run that outlives no test, whatever becomes of the test."""
    one = PlatformProcess(home)
    one.start()
    yield one
    one.stop(signal.SIGKILL)


class Clients:
    """Requests through the gateway; what was in flight when the signal came must be answered."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self.unanswered: list[str] = []
        self._url = url
        self._signalled = float("inf")

    async def run(self, pid: int, sign: int) -> None:
        """Load, the signal in the midst of it, then until nothing is answered any more."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)) as http:
            form = {"grant_type": "password", "username": "agent", "password": "gasdesk"}
            async with http.post(f"{self._url}/v1/auth/token", data=form) as answer:
                self._token = (await answer.json())["access_token"]
            for number in range(_WARM_UP):
                await self._ask(http, number % 3)
            tasks = [asyncio.create_task(self._client(http, number % 3)) for number in range(_CLIENTS)]
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while self.answers.total() < _LOAD:  # noqa: ASYNC110  # the clients work
                    await asyncio.sleep(0.02)
            self._signalled = time.monotonic()
            os.kill(pid, sign)
            await asyncio.gather(*tasks)

    async def _client(self, http: aiohttp.ClientSession, kind: int) -> None:
        while True:
            sent = time.monotonic()
            try:
                status = await self._ask(http, kind)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                if sent < self._signalled:
                    self.unanswered.append(repr(error))
                return
            if sent < self._signalled:
                self.answers[status] += 1

    async def _ask(self, http: aiohttp.ClientSession, kind: int) -> str:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(uuid.uuid4())}
        asked = (
            http.get(f"{self._url}/v1/complaints?limit=20", headers=headers)
            if kind
            else http.post(f"{self._url}/v1/complaints", json=INTAKE, headers=headers)
        )
        async with asked as answer:
            content = await answer.json()
            return f"{answer.status} {content.get('code', '')}".strip()


async def test_a_platform_that_ends_at_once_is_noticed(platform: PlatformProcess) -> None:
    clients = Clients(platform.state["gateway_url"])
    await clients.run(platform.pid, signal.SIGKILL)
    assert clients.unanswered != []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_under_load_leaves_no_request_and_no_process(platform: PlatformProcess, number: int) -> None:
    family = psutil.Process(platform.pid).children(recursive=True)
    clients = Clients(platform.state["gateway_url"])
    await clients.run(platform.pid, number)
    began = time.monotonic()
    assert await asyncio.to_thread(platform.stop, signal.SIGCONT) == 0, platform.output
    print(f"answered {dict(clients.answers)}, ended {time.monotonic() - began:.1f} s after the last one")
    assert clients.unanswered == []
    assert set(clients.answers) == {"200", "201"}
    assert [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    assert "Traceback" not in platform.output
