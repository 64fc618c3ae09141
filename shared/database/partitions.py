"""Monthly range partitions, made ahead by `gasdesk migrate` (design.md 8)."""

import itertools
from datetime import UTC, datetime
from typing import Any

PARTITIONED = ("outbox", "clock_events", "audit")
"""The shared tables that grow for ever; their default partition alarms when used."""

MONTHS_AHEAD = 24


def months(start: datetime, count: int) -> list[tuple[str, datetime, datetime]]:
    """`count` months from the month of `start`: suffix, first instant, first instant of the next, in UTC."""
    first = start.year * 12 + start.month - 1
    bounds = [datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in range(first, first + count + 1)]
    return [(f"{low:%Y%m}", low, high) for low, high in itertools.pairwise(bounds)]


async def ensure_partitions(connection: Any, *, now: datetime, tables: tuple[str, ...] = PARTITIONED) -> int:
    """Create the missing partitions of the current schema from last month on; answers how many were made.

    `connection` is an asyncpg connection whose role owns the tables.
    """
    start = datetime((now.year * 12 + now.month - 2) // 12, (now.month - 2) % 12 + 1, 1, tzinfo=UTC)
    made = 0
    for table in tables:
        for suffix, low, high in months(start, MONTHS_AHEAD + 2):
            name = f"{table}_{suffix}"
            if await connection.fetchval("select to_regclass($1) is not null", name):
                continue
            await connection.execute(
                f"create table {name} partition of {table} for values from ('{low:%Y-%m-%d}') to ('{high:%Y-%m-%d}')"
            )
            made += 1
    return made


async def rows_in_default(connection: Any, tables: tuple[str, ...] = PARTITIONED) -> dict[str, int]:
    """How many rows fell into each default partition; anything but zero wants an operator."""
    return {
        table: await connection.fetchval(f"select count(*) from (select 1 from {table}_default limit 1000) as few")  # noqa: S608  # names are ours
        for table in tables
    }
