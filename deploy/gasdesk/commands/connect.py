"""Connections that operator's commands need: of the platform that runs here, or of the servers that variables name."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.gasdesk.home import Home
from shared.database import asyncpg_dsn


def database_url() -> str:
    """DATABASE_URL, else that of the platform that runs in the home.  Raises: HomeError."""
    return os.environ.get("DATABASE_URL") or str(Home().read_state()["database_url"])


def nats_url() -> str:
    """NATS_URL (the provisioner's), else that of the platform that runs in the home.  Raises: HomeError."""
    return os.environ.get("NATS_URL") or str(Home().read_state()["nats_url"])


def reporter_nats_url() -> str:
    """The address of the user that may only read streams.  Raises: HomeError."""
    return os.environ.get("GASDESK_REPORTER_NATS_URL") or str(Home().read_state()["reporter_nats_url"])


@asynccontextmanager
async def schema(service: str) -> AsyncIterator[Any]:
    """An operator's connection with one schema as its search path."""
    connection = await asyncpg.connect(asyncpg_dsn(database_url()), server_settings={"search_path": service})
    try:
        yield connection
    finally:
        await connection.close()
