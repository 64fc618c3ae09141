"""The one time source that judges: the database's clock plus the offset that only test and demo may set (sla.md 5)."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg

from shared.database.outage import DATABASE_AWAY
from shared.sla.instants import from_us, to_us

log = logging.getLogger(__name__)

SAMPLE_SECONDS = 10.0
OFFSET_SECONDS = 0.2
_MOVABLE = frozenset({"test", "demo"})


class TimeSource(Protocol):
    """Whatever says what time it is."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Clock:
    """The database's clock, sampled every 10 s and carried on by this machine's monotonic one in between."""

    def __init__(self, source: "str | asyncpg.Pool", *, environment: str) -> None:
        """`source` is a pool or an address of the service's own schema; the offset is read in test and demo only."""
        self._source = source
        self._pool: asyncpg.Pool | None = None
        self._is_movable = environment in _MOVABLE
        self._base_us: int | None = None
        self._base_monotonic = 0
        self._offset_us = 0
        self._last_us = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take the first sample; from then on `now()` answers.  Raises: the driver's error."""
        if isinstance(self._source, str):
            self._pool = await asyncpg.create_pool(self._source, min_size=1, max_size=1, timeout=2, command_timeout=2)
        else:
            self._pool = self._source
        await self.sample()
        self._tasks = [asyncio.create_task(self._every(SAMPLE_SECONDS, self.sample), name="clock-sample")]
        if self._is_movable:
            await self.read_offset()
            self._tasks.append(asyncio.create_task(self._every(OFFSET_SECONDS, self.read_offset), name="clock-offset"))

    async def stop(self) -> None:
        """Stop sampling and close what was opened."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        if self._pool is not None and self._pool is not self._source:
            await self._pool.close()

    def now(self) -> datetime:
        """Aware UTC; never goes back unless the offset was set back."""
        if self._base_us is None:
            raise RuntimeError("the clock was not started")
        us = self._base_us + (time.monotonic_ns() - self._base_monotonic) // 1000 + self._offset_us
        self._last_us = us = max(us, self._last_us)
        return from_us(us)

    async def sample(self) -> None:
        """Ask the database what time it is; the answer belongs to the middle of the round trip."""
        asked = time.monotonic_ns()
        at = await self._fetch("select clock_timestamp()")
        answered = time.monotonic_ns()
        self._base_us, self._base_monotonic = to_us(at), (asked + answered) // 2

    async def read_offset(self) -> None:
        """Read how far `gasdesk time advance` moved the time of all processes."""
        seconds = await self._fetch("select seconds from clock_offset where id = 1")
        offset = round((seconds or 0) * 1_000_000)
        if offset < self._offset_us:
            self._last_us = 0
        self._offset_us = offset

    async def _fetch(self, statement: str) -> Any:
        if self._pool is None:
            raise RuntimeError("the clock was not started")
        async with self._pool.acquire() as connection:
            return await connection.fetchval(statement)

    async def _every(self, seconds: float, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await step()
            except DATABASE_AWAY as error:
                log.warning("database clock not read: %s", type(error).__name__)


class FixedClock:
    """A clock that stands still until it is told otherwise: for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The time that was set."""
        return self._at

    def set(self, at: datetime) -> None:
        """Stand at another time."""
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._at += by
