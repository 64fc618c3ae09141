"""A schema with an audit trail of its own, and waiting for it to be sealed."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.audit.sealer import Sealer
from shared.audit.trail import insert_from_json, record_json
from shared.audit.verify import Anchor, Report, verify
from shared.database.codecs import dumps, loads
from shared.database.engine import server_settings

DDL = importlib.import_module("services.complaint.migrations.versions.0001_shared_tables")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Moment:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Trail:
    """A schema with nothing but the audit trail and the outbox, so that tampering hurts no other test."""

    schema: str
    dsn: str
    connection: Any
    moment: Moment
    sealer: Sealer

    async def write(self, count: int = 1, *, connection: Any = None) -> None:
        """One transaction with `count` rows."""
        deeds = [
            record_json(company="a", action="complaint.opened", at=NOW, resource_id=uuid4(), detail={"n": number})
            for number in range(count)
        ]
        await (connection or self.connection).execute(insert_from_json("$1::text::jsonb"), dumps(deeds))

    async def seal(self) -> None:
        while await self.sealer.step(self.connection):
            pass

    async def verify(self, anchors: list[Anchor] | None = None) -> Report:
        return await verify(self.connection, anchors or [])

    async def anchors(self) -> list[Anchor]:
        """What stream AUDIT would have kept."""
        rows = await self.connection.fetch("select payload from outbox where type = 'audit.anchored' order by seq")
        return [Anchor(row["payload"]["number"], row["payload"]["hash"]) for row in rows]

    async def connect(self) -> Any:
        connection = await asyncpg.connect(self.dsn, server_settings=server_settings("test", self.schema, 8000))
        await connection.set_type_codec("jsonb", encoder=dumps, decoder=loads, schema="pg_catalog", format="text")
        return connection


async def sealed(trail: Trail, count: int) -> bool:
    return bool(await trail.connection.fetchval("select max(row_count) from audit_seals") == count)


async def eventually(check: Callable[[], Awaitable[bool]], *, within: float = 8) -> None:
    for _ in range(int(within / 0.02)):
        if await check():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never happened")


async def active(sealer: Sealer) -> bool:
    return sealer.is_active
