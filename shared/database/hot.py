"""The hot path: an asyncpg pool beside the engine, where one data-modifying statement *is* the transaction."""

from typing import Any

import asyncpg

from shared.database.codecs import dumps, loads
from shared.database.engine import asyncpg_dsn, server_settings

HotPool = asyncpg.Pool


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=dumps, decoder=loads, schema="pg_catalog", format="text")


async def _keep(_: Any) -> None:
    """asyncpg's default reset costs a round trip after every statement; hot statements leave nothing to reset."""


async def create_hot_pool(
    url: str, *, application_name: str, schema: str, min_size: int = 2, max_size: int = 16, timeout_ms: int = 4000
) -> asyncpg.Pool:
    """A pool whose statements commit by themselves; json and jsonb cross as Python values; timeout in milliseconds."""
    return await asyncpg.create_pool(
        asyncpg_dsn(url),
        min_size=min_size,
        max_size=max_size,
        timeout=2,
        command_timeout=timeout_ms / 1000 + 1,
        max_inactive_connection_lifetime=300,
        init=_prepare,
        reset=_keep,
        server_settings=server_settings(f"{application_name}-hot", schema, timeout_ms),
    )
