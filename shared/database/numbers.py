"""Human numbers come from one sequence per kind, a block at a time, so that a hot write needs no round trip for one."""

import asyncio
from collections import deque
from typing import Any

BLOCK = 200


class Numbers:
    """The next values of sequences of the own schema; a restart leaves gaps, never a value twice."""

    def __init__(self, pool: Any) -> None:
        """`pool` is the service's asyncpg pool."""
        self._pool = pool
        self._blocks: dict[str, deque[int]] = {}
        self._lock = asyncio.Lock()

    async def take(self, sequence: str) -> int:
        """The next value of `sequence` (a name from code, never from a request)."""
        block = self._blocks.setdefault(sequence, deque())
        if not block:
            async with self._lock:
                if not block:
                    rows = await self._pool.fetch(
                        "select nextval($1::text::regclass) as n from generate_series(1, $2)", sequence, BLOCK
                    )
                    block.extend(row["n"] for row in rows)
        return block.popleft()
