"""Two replicas behind what an orchestrator does: requests go where `/readyz` is green; nothing is sent twice."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import aiohttp

from tests.support.faults.fleet import PATIENCE_SECONDS

_CLIENTS = 6
_PROBE_SECONDS = 0.1


class Replicas:
    """Clients of several replicas of one service; `errors` is whatever a client would have noticed."""

    def __init__(self, urls: Sequence[str], headers: Mapping[str, str]) -> None:
        self.errors: list[str] = []
        self.answered = 0
        self._urls = urls
        self._headers = headers
        self._ready: set[str] = set()
        self._stop = asyncio.Event()

    @asynccontextmanager
    async def under_load(self, body: Mapping[str, object]) -> AsyncIterator[None]:
        """Requests for the length of the block."""
        # Connections are not kept: what an idle one may still carry is the balancer's matter, not the service's.
        connector = aiohttp.TCPConnector(force_close=True)
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http, asyncio.TaskGroup() as group:
            group.create_task(self._probe(http))
            for url in self._urls:
                await self.until_ready(url)
            for _ in range(_CLIENTS):
                group.create_task(self._client(http, body))
            try:
                yield
            finally:
                self._stop.set()

    async def until_ready(self, url: str) -> None:
        """Wait until the balancer sends requests there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while url not in self._ready:  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.02)

    async def until_answered(self, count: int) -> None:
        """Wait until so many more requests are answered."""
        enough = self.answered + count
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.answered < enough:  # noqa: ASYNC110  # the clients work
                await asyncio.sleep(0.02)

    async def _probe(self, http: aiohttp.ClientSession) -> None:
        while not self._stop.is_set():
            for url in self._urls:
                try:
                    async with http.get(f"{url}/readyz") as answer:
                        is_ready = answer.status == 200
                except (aiohttp.ClientError, OSError, TimeoutError):
                    is_ready = False
                (self._ready.add if is_ready else self._ready.discard)(url)
            await asyncio.sleep(_PROBE_SECONDS)

    async def _client(self, http: aiohttp.ClientSession, body: Mapping[str, object]) -> None:
        while not self._stop.is_set():
            if not self._ready:
                await asyncio.sleep(0.02)
                continue
            url = random.choice(sorted(self._ready))
            headers = {**self._headers, "Idempotency-Key": str(uuid.uuid4())}
            try:
                async with http.post(f"{url}/v1/complaints", json=dict(body), headers=headers) as answer:
                    await answer.read()
                    if answer.status != 201:
                        self.errors.append(f"{answer.status} {await answer.text()}")
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self.errors.append(repr(error))
            self.answered += 1
            await asyncio.sleep(0.005)
