"""The relay: the one publisher of a schema's outbox, in order, stamping after the ack (reliability.md 2.2)."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database.engine import asyncpg_dsn, server_settings
from shared.database.outage import DATABASE_AWAY
from shared.events.bus import Bus
from shared.events.envelope import ROW
from shared.events.publisher import BATCH_LIMIT, Outcome, Publisher

log = logging.getLogger(__name__)

POLL_SECONDS = 0.05
STANDBY_SECONDS = 1.0
RETRY_REFUSED_SECONDS = 30.0
_MAX_BACKOFF_SECONDS = 5.0

_UNPUBLISHED = f"""
select {ROW} from outbox
where published_at is null and aggregate_id <> all($1::uuid[]) and seq not between $3 and $4 order by seq limit $2
"""  # noqa: S608  # our own names
_STAMP = """
update outbox set published_at = $1, stream_seq = acked.stream_seq, refusal = null
from unnest($2::timestamptz[], $3::bigint[], $4::bigint[]) as acked (at, seq, stream_seq)
where outbox.at = acked.at and outbox.seq = acked.seq and outbox.at between $5 and $6 and outbox.published_at is null
"""
_REFUSE = "update outbox set attempts = attempts + 1, refusal = $3 where at = $1 and seq = $2"
_BLOCKED = "select distinct aggregate_id from outbox where published_at is null and refusal is not null"

# Stamping must hash the acks against the unpublished rows: statistics of a young table lead to a loop of 1000 × 1000.
PLAN_SETTINGS = {"enable_nestloop": "off", "enable_mergejoin": "off", "enable_seqscan": "off"}


@dataclass(slots=True)
class RelayStats:
    """Counters since the process began, for metrics."""

    published: int = 0
    batches: int = 0
    duplicates: int = 0
    refused: int = 0
    failures: int = 0


class Relay:
    """Runs in every worker; the one that holds the schema's advisory lock is active, the others stand by."""

    def __init__(self, *, service: str, dsn: str, bus: Bus, now: Callable[[], datetime]) -> None:
        self.service = service
        self.stats = RelayStats()
        self.is_active = False
        self.last_error: str | None = None
        self._dsn = asyncpg_dsn(dsn)
        self._publisher = Publisher(bus, service)
        self._now = now
        self._woken = asyncio.Event()
        self._blocked: set[UUID] = set()
        self._retry_at = 0.0
        self._ahead: list[Any] = []
        self._acked: Outcome | None = None

    def wake(self) -> None:
        """Say after a commit that there may be something; without it the relay looks every 50 ms."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop`; database and broker faults are waited out, anything else is raised."""
        backoff = 0.1
        while not stop.is_set():
            try:
                await self._connected(stop)
                backoff = 0.1
            except DATABASE_AWAY as error:
                self._note(error)
                await _sleep(stop, backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_SECONDS)

    async def _connected(self, stop: asyncio.Event) -> None:
        # One dedicated connection: a lost connection loses the lock and with it the power to stamp.
        connection = await asyncpg.connect(
            self._dsn,
            timeout=2,
            command_timeout=10,
            server_settings=server_settings(f"{self.service}-relay", self.service, 8000) | PLAN_SETTINGS,
        )
        try:
            while not stop.is_set():
                if await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", f"{self.service}.relay"):
                    await self._lead(connection, stop)
                    return
                await _sleep(stop, STANDBY_SECONDS)
        finally:
            self.is_active = False
            with suppress(*DATABASE_AWAY):
                await connection.close(timeout=2)

    async def _lead(self, connection: Any, stop: asyncio.Event) -> None:
        self.is_active = True
        self._ahead, self._acked = [], None
        self._blocked = {row["aggregate_id"] for row in await connection.fetch(_BLOCKED)}
        self._retry_at = asyncio.get_running_loop().time() + RETRY_REFUSED_SECONDS
        backoff = 0.1
        while not stop.is_set():
            self._woken.clear()
            outcome = await self.step(connection)
            if outcome.error is not None:
                self._note(outcome.error)
                await _sleep(stop, backoff)
                backoff = min(backoff * 2, _MAX_BACKOFF_SECONDS)
                continue
            backoff = 0.1
            if not outcome.stored:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()
        await self._settle(connection)

    async def step(self, connection: Any) -> Outcome:
        """Publish one batch over `connection`, which must hold the lock.

        While the broker writes a full batch, the one before is stamped and the one after is read: a backlog costs the
        slower of the two sides, not their sum.  Whatever went wrong, what was read ahead is read again.
        """
        self._forgive()
        rows = self._ahead or await self._read(connection)
        self._ahead = []
        if not rows:
            return Outcome()
        publishing = asyncio.create_task(self._publisher.publish([self._publisher.outgoing(row) for row in rows]))
        try:
            await self._settle(connection)
            ahead = await self._read(connection, beside=rows) if len(rows) == BATCH_LIMIT else []
        finally:
            outcome = await publishing
        self._acked = outcome
        if ahead and outcome.error is None and not outcome.refused:
            self._ahead = ahead
        else:
            await self._settle(connection)
        self.stats.batches += outcome.batches
        return outcome

    async def _read(self, connection: Any, *, beside: Sequence[Any] = ()) -> list[Any]:
        """The next rows; `beside` are under way.

        Between their first and last number nothing is taken yet: what commits there late is found one round later.
        """
        first, last = (beside[0]["seq"], beside[-1]["seq"]) if beside else (0, 0)
        found: list[Any] = await connection.fetch(_UNPUBLISHED, list(self._blocked), BATCH_LIMIT, first, last)
        return found

    async def _settle(self, connection: Any) -> None:
        """Write down what the broker acknowledged or refused."""
        outcome, self._acked = self._acked, None
        if outcome is None:
            return
        await self._stamp(connection, outcome)
        for message, reason in outcome.refused:
            self._blocked.add(message.aggregate_id)
            await connection.execute(_REFUSE, message.at, message.seq, reason)
            log.error("outbox row refused", extra={"service": self.service, "seq": message.seq, "refusal": reason})
        self.stats.refused += len(outcome.refused)

    async def _stamp(self, connection: Any, outcome: Outcome) -> None:
        if not outcome.stored:
            return
        instants = [message.at for message, _ in outcome.stored]
        keys = [message.seq for message, _ in outcome.stored]
        places = [ack.seq for _, ack in outcome.stored]
        await connection.execute(_STAMP, self._now(), instants, keys, places, min(instants), max(instants))
        self.stats.published += len(keys)
        self.stats.duplicates += sum(ack.duplicate for _, ack in outcome.stored)

    def _forgive(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._blocked and now >= self._retry_at:
            self._blocked.clear()
            self._retry_at = now + RETRY_REFUSED_SECONDS

    def _note(self, error: Exception) -> None:
        self.stats.failures += 1
        self.last_error = f"{type(error).__name__}: {error}"
        log.warning("relay waits", extra={"service": self.service, "reason": self.last_error})


async def backlog(connection: Any) -> tuple[int, datetime | None]:
    """How many rows wait (counted up to 100,000) and since when the oldest, for metrics; asyncpg connection."""
    row = await connection.fetchrow(
        "select count(*) as waiting, min(at) as since from (select at from outbox where published_at is null"
        " order by seq limit 100000) as few"
    )
    return row["waiting"], row["since"]


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
