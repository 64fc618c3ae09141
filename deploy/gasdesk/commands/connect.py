"""Connections that operator's commands need: of the servers that variables name, or of the platform that runs here."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from deploy.gasdesk.home import Home, HomeError
from shared.database import asyncpg_dsn
from shared.events.topology import SERVICES


def database_url() -> str:
    """DATABASE_URL, else that of the platform that runs in the home.  Raises: HomeError."""
    return os.environ.get("DATABASE_URL") or str(Home().read_state()["database_url"])


def nats_url() -> str:
    """NATS_URL (the provisioner's), else that of the platform that runs in the home.  Raises: HomeError."""
    return os.environ.get("NATS_URL") or str(Home().read_state()["nats_url"])


def reporter_nats_url() -> str:
    """Of the user that may only read streams: its variable, else as the home's platform says.  Raises: HomeError."""
    return os.environ.get("GASDESK_REPORTER_NATS_URL") or str(Home().read_state()["reporter_nats_url"])


def service_nats_url(service: str) -> str:
    """The bus with a service's own rights.  Raises: HomeError when nothing was provisioned here."""
    Home().load_environment()
    name = f"GASDESK_{service.upper()}_NATS_URL"
    if name not in os.environ:
        raise HomeError(f"缺少 {name}，请先执行 gasdesk provision 或 make run（not provisioned）")
    return os.environ[name]


def environment() -> str:
    """ENVIRONMENT, else that of the platform that runs in the home, else `production`."""
    told = os.environ.get("ENVIRONMENT")
    if told:
        return told
    try:
        return str(Home().read_state()["environment"])
    except HomeError:
        return "production"


def known_service(name: str) -> str:
    """The name of a service.  Raises: HomeError."""
    if name not in SERVICES:
        raise HomeError(f"没有这个服务: {name}（one of {', '.join(SERVICES)}）")
    return name


def known_services(names: list[str] | None) -> tuple[str, ...]:
    """The named services, all when none is named.  Raises: HomeError."""
    return tuple(known_service(name) for name in names or SERVICES)


@asynccontextmanager
async def schema(service: str) -> AsyncIterator[Any]:
    """An operator's connection with one schema as its search path."""
    connection = await asyncpg.connect(asyncpg_dsn(database_url()), server_settings={"search_path": service}, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()
