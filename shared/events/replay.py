"""`gasdesk events replay` and `export`: the outbox is the record, streams are copies that it can refill (I4)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database.engine import asyncpg_dsn, server_settings
from shared.events.bus import Bus
from shared.events.envelope import ROW, encode
from shared.events.publisher import BATCH_LIMIT, Publisher
from shared.events.relay import PLAN_SETTINGS
from shared.ids import new_id

_KEYS = """
select at, seq from outbox
where published_at is not null and ($1::timestamptz is null or at >= $1) and ($2::timestamptz is null or at < $2)
  and (cardinality($3::uuid[]) = 0 or id = any($3)) and (cardinality($4::text[]) = 0 or type = any($4))
order by seq
"""
_ROWS = f"""
select {ROW} from outbox join unnest($1::timestamptz[], $2::bigint[]) as wanted (at, seq) using (at, seq)
where at between $3 and $4 order by seq
"""  # noqa: S608  # our own names
_PLACE = """
update outbox set stream_seq = acked.stream_seq
from unnest($1::timestamptz[], $2::bigint[], $3::bigint[]) as acked (at, seq, stream_seq)
where outbox.at = acked.at and outbox.seq = acked.seq and outbox.at between $4 and $5
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which published outbox rows: from and until an instant, or by event id, or by type; empty means all."""

    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[UUID, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(slots=True)
class ReplayReport:
    """What a replay did; `duplicates` were still within the broker's window, `fresh=True` sends those again."""

    sent: int = 0
    duplicates: int = 0
    refused: int = 0


async def replay(*, service: str, dsn: str, bus: Bus, selection: Selection, fresh: bool = False) -> ReplayReport:
    """Publish rows again in their order; consumers drop by inbox what they have had.

    `fresh` gives each message a new message id, for a broker that remembers the old one (a purged stream does).
    Rows not yet published are the relay's. Raises: the broker's error at which it stopped.
    """
    report = ReplayReport()
    publisher = Publisher(bus, service)
    suffix = f"#{new_id().hex}" if fresh else ""
    async with _connection(service, dsn) as connection:
        async for rows in _pages(connection, selection):
            outcome = await publisher.publish([publisher.outgoing(row, suffix=suffix) for row in rows])
            stored = [(message.at, message.seq, ack.seq) for message, ack in outcome.stored]
            if stored:
                instants, keys, places = (list(column) for column in zip(*stored, strict=True))
                await connection.execute(_PLACE, instants, keys, places, min(instants), max(instants))
            duplicates = sum(ack.duplicate for _, ack in outcome.stored)
            report.sent += len(stored) - duplicates
            report.duplicates += duplicates
            report.refused += len(rows) - len(stored)
            if outcome.error is not None:
                raise outcome.error
    return report


async def export(*, service: str, dsn: str, selection: Selection) -> AsyncIterator[bytes]:
    """Published events in their order, one CloudEvents JSON each."""
    async with _connection(service, dsn) as connection:
        async for rows in _pages(connection, selection):
            for row in rows:
                yield encode(row, service)


async def _pages(connection: Any, selection: Selection) -> AsyncIterator[Sequence[Any]]:
    # Keys first, so that no transaction stays open while the broker is written to.
    keys = await connection.fetch(_KEYS, selection.since, selection.until, selection.ids, selection.types)
    for start in range(0, len(keys), BATCH_LIMIT):
        page = keys[start : start + BATCH_LIMIT]
        instants = [key["at"] for key in page]
        yield await connection.fetch(_ROWS, instants, [key["seq"] for key in page], min(instants), max(instants))


@asynccontextmanager
async def _connection(service: str, dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(
        asyncpg_dsn(dsn),
        timeout=5,
        server_settings=server_settings(f"{service}-replay", service, 600_000) | PLAN_SETTINGS,
    )
    try:
        yield connection
    finally:
        await connection.close()
