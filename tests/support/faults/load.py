"""Load: clients that open complaints and never give up on a key, and transactions that stay open for a while."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import aiohttp
import asyncpg

from shared.contracts.base import EventPayload, Routing
from shared.database.codecs import dumps, loads
from shared.events import outbox
from shared.events.fact import Fact
from tests.support.faults.ledger import Ledger
from tests.support.faults.loop import POISON, TRIED
from tests.support.world import Company

PATIENCE_SECONDS = 180.0
"""How long a client tries one key before it is a failure by itself."""
_DROPPED = 0.05
_STORMS = 0.01
_STORM = 10
_RETRIED = frozenset((409, 500, 502, 503, 504))


class Tried(EventPayload):
    """A fact of these tests only."""

    TYPE: ClassVar[str] = TRIED
    note: str = ""


class Load:
    """Clients of one company; `ledger` knows what each was told."""

    def __init__(
        self, company: Company, urls: Sequence[str], *, seed: int, enough: int = 5000, clients: int = 12
    ) -> None:
        """After `enough` acknowledged commands the load goes on, but gently: it only has to meet the faults."""
        self.ledger = Ledger()
        self._urls = list(urls)
        self._random = random.Random(f"{seed}:load")
        self._clients = clients
        self._enough = enough
        self._stop = asyncio.Event()
        self._authorization = f"Bearer {company.token('agent')}"

    async def run(self) -> None:
        """Open complaints until told to stop; every key that was begun is brought to an answer."""
        self._stop.clear()
        timeout, connector = aiohttp.ClientTimeout(total=5, connect=1), aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http, asyncio.TaskGroup() as group:
            for _ in range(self._clients):
                group.create_task(self._client(http))

    def stop(self) -> None:
        """Begin no further key."""
        self._stop.set()

    async def _client(self, http: aiohttp.ClientSession) -> None:
        chance = 0.0  # every client begins with a storm: small runs have some, too
        while not self._stop.is_set():
            key = str(uuid.uuid4())
            self.ledger.sent.add(key)
            if chance < _STORMS:
                self.ledger.storms += 1
                await asyncio.gather(*(self._persist(http, key) for _ in range(_STORM)))
            else:
                await self._persist(http, key)
                if chance > 1 - _DROPPED:  # the answer never reached us
                    self.ledger.dropped += 1
                    await self._persist(http, key)
            chance = self._random.random()
            if self.ledger.acked >= self._enough:
                await asyncio.sleep(self._random.uniform(0.1, 0.5))

    async def _persist(self, http: aiohttp.ClientSession, key: str) -> None:
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not await self._try(http, key):
            if asyncio.get_running_loop().time() > until:
                self.ledger.surprises.append(f"{key}: no answer within {PATIENCE_SECONDS} s")
                return
            await asyncio.sleep(self._random.uniform(0.02, 0.15))

    async def _try(self, http: aiohttp.ClientSession, key: str) -> bool:
        url = self._random.choice(self._urls)
        body = {"kind": "complaint", "channel": "hotline", "category": "staff_conduct", "summary": key}
        headers = {"Authorization": self._authorization, "Idempotency-Key": key}
        try:
            async with http.post(f"{url}/v1/complaints", json=body, headers=headers) as answer:
                content = await answer.json()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            self.ledger.troubles[type(error).__name__] += 1
            return False
        if answer.status == 201:
            self.ledger.told[key].add(UUID(content["id"]))
            return True
        self.ledger.troubles[f"{answer.status} {content.get('code')}"] += 1
        if answer.status not in _RETRIED:
            self.ledger.surprises.append(f"{key}: {answer.status} {content}")
            return True
        return False


class Straddler:
    """Transactions that state facts and stay open: commit order is not id order, and some are rolled back (I3)."""

    def __init__(self, company: Company, dsn: str, ledger: Ledger, *, seed: int) -> None:
        self._company = company.code
        self._dsn = dsn
        self._ledger = ledger
        self._random = random.Random(f"{seed}:straddler")
        self._aggregate = uuid.uuid4()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """State facts until told to stop."""
        self._stop.clear()
        while not self._stop.is_set():
            with suppress(
                OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError
            ):
                await self._connected()
            await asyncio.sleep(0.1)

    def stop(self) -> None:
        """Begin no further transaction."""
        self._stop.set()

    async def _connected(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=2, command_timeout=5)
        try:
            await connection.set_type_codec("jsonb", encoder=dumps, decoder=loads, schema="pg_catalog", format="text")
            while not self._stop.is_set():
                await self._state(connection)
        finally:
            connection.terminate()

    async def _state(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        is_withdrawn, is_poison = self._random.random() < 0.1, self._random.random() < 0.02
        if self._random.random() < 0.2:
            self._aggregate = uuid.uuid4()
        fact_id = uuid.uuid4()
        transaction = connection.transaction()
        await transaction.start()
        version = await connection.fetchval(
            "select coalesce(max(aggregate_version), 0) + 1 from outbox where aggregate_id = $1", self._aggregate
        )
        fact = Fact(
            payload=Tried(routing=Routing(team="t1"), note=POISON if is_poison else ""),
            company=self._company,
            aggregate_type="tried",
            aggregate_id=self._aggregate,
            aggregate_version=version,
            time=datetime.now(UTC),
            event_id=fact_id,
        )
        await outbox.add_records(connection, [outbox.record(fact)])
        await asyncio.sleep(self._random.uniform(0, 1.0 if self._random.random() < 0.1 else 0.1))
        if is_poison:
            self._ledger.poison.add(fact_id)
        if is_withdrawn:
            self._ledger.withdrawn.add(fact_id)
            await transaction.rollback()
        else:
            await transaction.commit()
            self._ledger.facts.add(fact_id)


@asynccontextmanager
async def under_load(load: Load, straddlers: Sequence[Straddler] = ()) -> AsyncIterator[None]:
    """Load for the length of the block; at its end every key that was begun has its answer."""
    async with asyncio.TaskGroup() as group:
        parts: list[Load | Straddler] = [load, *straddlers]
        for one in parts:
            group.create_task(one.run())
        try:
            yield
        finally:
            for one in parts:
                one.stop()
