"""What is stored, read as an operator would: tables, outbox, stream, effects; and waiting until all is worked off."""

import asyncio
from uuid import UUID

import asyncpg

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.embedded.postgres import EmbeddedPostgres
from shared.database import asyncpg_dsn
from shared.events.bus import Bus
from shared.events.stored import read_stream
from tests.support.faults.ledger import Case, Row


class Readings:
    """Readings of both servers, each of one company's."""

    postgres: EmbeddedPostgres
    nats: EmbeddedNats

    async def connect(self, schema: str) -> "asyncpg.Connection[asyncpg.Record]":
        """An operator's connection."""
        settings = {"search_path": schema}
        return await asyncpg.connect(asyncpg_dsn(self.postgres.url()), server_settings=settings, timeout=10)

    async def cases(self, company: str) -> list[Case]:
        """Complaints as stored."""
        rows = await self._fetch("complaint", "select id, summary from complaints where company = $1", company)
        return [Case(row["id"], row["summary"]) for row in rows]

    async def keys(self, company: str) -> dict[str, UUID]:
        """What each idempotency key led to."""
        rows = await self._fetch("complaint", "select key, resource_id from idempotency where company = $1", company)
        return {row["key"]: row["resource_id"] for row in rows}

    async def clocks(self, company: str) -> set[UUID]:
        """Ids of all clocks."""
        rows = await self._fetch("complaint", "select id from clocks where company = $1", company)
        return {row["id"] for row in rows}

    async def outbox(self, company: str) -> list[Row]:
        """All facts."""
        rows = await self._fetch(
            "complaint",
            "select id, type, aggregate_id, aggregate_version, published_at is not null as is_published"
            " from outbox where company = $1",
            company,
        )
        return [Row(*row.values()) for row in rows]

    async def stream(self, company: str) -> list[UUID]:
        """Ids of the company's messages in the stream, read as the reporter."""
        events = read_stream(self.nats.url("reporter"), "COMPLAINT")
        return [event.id async for event in events if event.company == company]

    async def effects(self, company: str) -> list[UUID]:
        """One event id for each effect at the consumer."""
        rows = await self._fetch("callback", "select event_id from fault_effects where company = $1", company)
        return [row["event_id"] for row in rows]

    async def versions(self, company: str) -> dict[UUID, int]:
        """The consumer's projection."""
        rows = await self._fetch("callback", "select id, version from fault_versions where company = $1", company)
        return {row["id"]: row["version"] for row in rows}

    async def _fetch(self, schema: str, sql: str, *arguments: object) -> "list[asyncpg.Record]":
        connection = await self.connect(schema)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    async def published(self, company: str, seconds: float) -> None:
        """Wait until no fact waits.  Raises: TimeoutError, which is a failure."""
        sql = "select count(*) as n from outbox where company = $1 and published_at is null"
        async with asyncio.timeout(seconds):
            while (await self._fetch("complaint", sql, company))[0]["n"]:  # noqa: ASYNC110  # other processes work
                await asyncio.sleep(0.1)

    async def letters(self, company: str) -> list[UUID]:
        """Event ids of the consumer's dead letters."""
        rows = await self._fetch("callback", "select event_id from dead_letters where company = $1", company)
        return [row["event_id"] for row in rows]

    async def consumed(self, company: str, seconds: float) -> None:
        """Wait until everything is published and the consumer owes nothing.  Raises: TimeoutError, a failure."""
        await self.published(company, seconds)
        bus = await Bus.connect(self.nats.admin_url, name="rig")
        try:
            async with asyncio.timeout(seconds):
                while True:
                    info = await bus.api("CONSUMER.INFO.COMPLAINT.callback")
                    if not info["num_pending"] and not info["num_ack_pending"]:
                        return
                    await asyncio.sleep(0.1)
        finally:
            await bus.close()
