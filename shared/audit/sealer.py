"""The sealer: one active per schema; it chains committed audit rows within a second, anchors the head each minute."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from shared.audit.chain import GENESIS, ROW_COLUMNS, Seal, pack
from shared.contracts.audit import AuditAnchored
from shared.database.codecs import dumps, loads
from shared.database.engine import asyncpg_dsn, server_settings
from shared.database.outage import DATABASE_AWAY
from shared.events import outbox
from shared.events.fact import Fact
from shared.ids import derived_id, new_id
from shared.observability.context import CallContext

log = logging.getLogger(__name__)

PLATFORM = "platform"
"""The company of facts that concern the whole schema."""
_BATCH = 2000
_STANDBY_SECONDS = 1.0
_LONGEST_BACKOFF = 5.0

# Rows below the snapshot's oldest running transaction are all that will ever be there; one statement, one snapshot.
_ROWS = f"""
select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, {ROW_COLUMNS} from audit
where audit.xid >= $1::text::xid8 and audit.xid < pg_snapshot_xmin(pg_current_snapshot())
order by audit.xid, audit.seq limit $2
"""  # noqa: S608  # names are ours
_ROWS_OF = f"select {ROW_COLUMNS} from audit where audit.xid = $1::text::xid8 order by audit.seq"  # noqa: S608
_HEAD = """
select number, until_xid::text as until_xid, row_count, hash, anchored_at,
       (select max(anchored_at) from audit_seals) as last_anchored_at,
       until_xid > pg_snapshot_xmin(pg_current_snapshot()) as is_ahead
from audit_seals order by number desc limit 1
"""
_INSERT = """
insert into audit_seals (number, until_xid, row_count, previous_hash, hash, row_digests, sealed_at, anchored_at)
values ($1, $2::text::xid8, $3, $4, $5, $6, $7, $8)
"""


class ChainAheadError(RuntimeError):
    """The seals speak of transactions that this cluster has not begun: it was restored from a dump."""


class Sealer:
    """Runs in every worker; the one that holds the schema's advisory lock is active, the others stand by."""

    def __init__(
        self,
        *,
        service: str,
        dsn: str,
        now: Callable[[], datetime],
        interval: float = 0.5,
        anchor_every: float = 60.0,
    ) -> None:
        """`interval` and `anchor_every` in seconds; anchors go by the service's clock."""
        self.service = service
        self.is_active = False
        self.sealed_rows = 0
        self._dsn = asyncpg_dsn(dsn)
        self._now = now
        self._interval = interval
        self._anchor_every = timedelta(seconds=anchor_every)

    async def run(self, stop: asyncio.Event) -> None:
        """Seal until `stop`; database faults are waited out, anything else is raised."""
        backoff = 0.1
        while not stop.is_set():
            try:
                await self._connected(stop)
                backoff = 0.1
            except DATABASE_AWAY as error:
                log.warning("audit sealer of %s waits: %s", self.service, type(error).__name__)
                await _sleep(stop, backoff)
                backoff = min(backoff * 2, _LONGEST_BACKOFF)

    async def _connected(self, stop: asyncio.Event) -> None:
        # One dedicated connection: whoever loses it loses the lock and cannot seal.
        connection = await asyncpg.connect(
            self._dsn,
            timeout=2,
            command_timeout=15,
            server_settings=server_settings(f"{self.service}-sealer", self.service, 12_000),
        )
        try:
            await connection.set_type_codec("jsonb", encoder=dumps, decoder=loads, schema="pg_catalog", format="text")
            while not stop.is_set():
                if await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", f"{self.service}.sealer"):
                    self.is_active = True
                    while not stop.is_set():
                        if not await self.step(connection):
                            await _sleep(stop, self._interval)
                    return
                await _sleep(stop, _STANDBY_SECONDS)
        finally:
            self.is_active = False
            with suppress(*DATABASE_AWAY):
                await connection.close(timeout=2)

    async def step(self, connection: Any) -> bool:
        """Seal one batch, or anchor the head if that is due; answers whether there may be more at once."""
        head = await connection.fetchrow(_HEAD)
        if head and head["is_ahead"]:
            # A logical restore began to count transactions anew: sealing would silently skip every row.
            raise ChainAheadError(f"audit seals of {self.service} reach beyond this cluster's transactions")
        rows, until_xid, is_full = await self._unsealed(connection, head["until_xid"] if head else "0")
        is_due = self._anchor_due(head, has_rows=bool(rows))
        if not rows and not is_due:
            return False
        now = self._now()
        seal = Seal(
            number=(head["number"] if head else 0) + 1,
            until_xid=until_xid,
            row_count=(head["row_count"] if head else 0) + len(rows),
            previous_hash=head["hash"] if head else GENESIS,
            row_digests=pack(rows),
            sealed_at=now,
        )
        async with connection.transaction():
            await connection.execute(
                _INSERT,
                seal.number,
                str(seal.until_xid),
                seal.row_count,
                seal.previous_hash,
                seal.hash,
                seal.row_digests,
                seal.sealed_at,
                now if is_due else None,
            )
            if is_due:
                await outbox.add_records(connection, [self._anchor(seal)])
        self.sealed_rows += len(rows)
        return is_full

    async def _unsealed(self, connection: Any, since: str) -> tuple[list[Any], int, bool]:
        """The next rows, the transaction they reach up to, and whether more wait; never half a transaction."""
        rows = await connection.fetch(_ROWS, since, _BATCH + 1)
        if not rows:
            return [], int(since), False
        if len(rows) <= _BATCH:
            return rows, int(rows[0]["horizon"]), False
        boundary = rows[-1]["xid"]
        whole = [row for row in rows if row["xid"] != boundary]
        if whole:
            return whole, int(boundary), True
        return await connection.fetch(_ROWS_OF, boundary), int(boundary) + 1, True

    def _anchor_due(self, head: Any, *, has_rows: bool) -> bool:
        """Whether there is anything unanchored and a minute has gone by since the last anchor."""
        is_anchored = head is None or head["anchored_at"] is not None
        if is_anchored and not has_rows:
            return False
        last = head["last_anchored_at"] if head else None
        return last is None or not timedelta(0) <= self._now() - last < self._anchor_every

    def _anchor(self, seal: Seal) -> dict[str, object]:
        payload = AuditAnchored(
            service=self.service,
            number=seal.number,
            row_count=seal.row_count,
            hash=seal.hash,
            until_xid=str(seal.until_xid),
            sealed_at=seal.sealed_at,
        )
        fact = Fact(
            payload=payload,
            company=PLATFORM,
            aggregate_type="audit_chain",
            aggregate_id=derived_id("audit_chain", self.service),
            aggregate_version=seal.number,
            time=seal.sealed_at,
            event_id=derived_id("audit.anchored", self.service, seal.number, seal.hash),
        )
        return outbox.record(fact, call=CallContext(correlation_id=new_id(), actor="system:sealer"))


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
