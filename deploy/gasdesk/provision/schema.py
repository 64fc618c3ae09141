"""Migrations of every schema, and the partitions of the tables that grow for ever."""

from datetime import UTC, datetime

import asyncpg

from shared.database import asyncpg_dsn
from shared.database.migrate import upgrade
from shared.database.partitions import PARTITIONED, ensure_partitions
from shared.events.topology import SERVICES

OWN_PARTITIONED: dict[str, tuple[str, ...]] = {"complaint": ("complaint_steps",)}
"""Partitioned tables of a service's features, beside the shared ones."""


async def migrate(admin_url: str, *services: str) -> None:
    """Bring the named schemas (all by default) to their newest revision and make their partitions."""
    for service in services or SERVICES:
        await upgrade(service, admin_url)
        connection = await asyncpg.connect(asyncpg_dsn(admin_url))
        try:
            async with connection.transaction():
                await connection.execute(f"set local role {service}_owner")
                await connection.execute(f"set local search_path = {service}")
                tables = PARTITIONED + OWN_PARTITIONED.get(service, ())
                await ensure_partitions(connection, now=datetime.now(UTC), tables=tables)
        finally:
            await connection.close()
