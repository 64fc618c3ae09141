"""Migrations of every schema, and the partitions of the tables that grow for ever."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from shared.database import asyncpg_dsn
from shared.database.migrate import head_of, upgrade
from shared.database.partitions import PARTITIONED, ensure_partitions
from shared.events.topology import SERVICES

OWN_PARTITIONED: dict[str, tuple[str, ...]] = {"complaint": ("complaint_steps",)}
"""Partitioned tables of a service's features, beside the shared ones."""


async def migrate(admin_url: str, *services: str) -> None:
    """Bring the named schemas (all by default) to their newest revision and make their partitions."""
    connection = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        for service in services or SERVICES:
            if await _revision(connection, service) != head_of(service):
                await upgrade(service, admin_url)
            await _make_partitions(connection, service)
    finally:
        await connection.close()


async def _revision(connection: Any, service: str) -> str | None:
    if not await connection.fetchval("select to_regclass($1) is not null", f"{service}.alembic_version"):
        return None
    revision: str | None = await connection.fetchval(f"select version_num from {service}.alembic_version")  # noqa: S608
    return revision


async def _make_partitions(connection: Any, service: str) -> None:
    async with connection.transaction():
        await connection.execute(f"set local role {service}_owner")
        await connection.execute(f"set local search_path = {service}")
        await connection.execute("select pg_advisory_xact_lock(hashtext($1))", f"{service}.partitions")
        tables = PARTITIONED + OWN_PARTITIONED.get(service, ())
        await ensure_partitions(connection, now=datetime.now(UTC), tables=tables)
