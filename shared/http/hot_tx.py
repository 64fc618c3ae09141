"""`HotTx`: one data-modifying statement that is its own transaction (design.md 3); knows nothing of FastAPI."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from shared.errors import ConflictError

_ATTEMPTS = 4
_RETRIED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)

T = TypeVar("T")


class BusyError(ConflictError):
    """Another request holds the row longer than one may wait."""

    code = "busy"


class HotTx:
    """Statements on the hot pool: each commits by itself or has no effect.

    A serialisation failure or deadlock is tried again (at most three times, with jitter): the statement *is* the
    transaction.  A lock timeout raises `BusyError`; other database errors pass as asyncpg's.
    """

    __slots__ = ("_after", "_pool")

    def __init__(self, pool: Any, after: Callable[[], None] | None = None) -> None:
        """`after` is called once a statement has committed (it wakes the relay)."""
        self._pool = pool
        self._after = after

    async def fetchrow(self, statement: str, *arguments: object) -> Any:
        """The first row of the statement, or None."""
        return await self._run(lambda: self._pool.fetchrow(statement, *arguments))

    async def fetch(self, statement: str, *arguments: object) -> list[Any]:
        """All rows of the statement."""
        return await self._run(lambda: self._pool.fetch(statement, *arguments))

    async def fetchval(self, statement: str, *arguments: object) -> Any:
        """The first value of the first row, or None."""
        return await self._run(lambda: self._pool.fetchval(statement, *arguments))

    async def execute(self, statement: str, *arguments: object) -> str:
        """The command tag of the statement."""
        return await self._run(lambda: self._pool.execute(statement, *arguments))

    async def _run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        for left in reversed(range(_ATTEMPTS)):
            try:
                result = await attempt()
            except _RETRIED:
                if not left:
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311  # jitter
            except asyncpg.LockNotAvailableError as error:
                raise BusyError("请稍后重试") from error
            else:
                if self._after is not None:
                    self._after()
                return result
        raise AssertionError("unreachable")
