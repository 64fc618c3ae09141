"""Database, roles and schemas: one role per service, which can touch only its own schema (reliability.md 2.8)."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import make_url

from shared.database import asyncpg_dsn
from shared.events.topology import SERVICES

_SAFE = re.compile(r"^[A-Za-z0-9_\-]+$")
_LOCK = "gasdesk.provision"


@asynccontextmanager
async def exclusive(admin_url: str) -> AsyncIterator[None]:
    """Let one provisioner at a time work on this server; the others wait."""
    connection = await _server(admin_url)
    try:
        await connection.execute("select pg_advisory_lock(hashtext($1))", _LOCK)
        yield
    finally:
        await connection.close()


async def provision_database(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing of database, roles and schemas; `passwords` by service.  Idempotent."""
    database = str(make_url(admin_url).database)
    server = await _server(admin_url)
    try:
        if not await server.fetchval("select exists (select 1 from pg_database where datname = $1)", database):
            await server.execute(f'create database "{database}"')
        for service in SERVICES:
            await _roles(server, service, passwords[service])
        await server.execute(f'revoke all on database "{database}" from public')
        for service in SERVICES:
            await server.execute(f'grant connect on database "{database}" to {service}_app, {service}_owner')
    finally:
        await server.close()
    admin = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        await admin.execute("revoke all on schema public from public")
        for service in SERVICES:
            await _schema(admin, service)
    finally:
        await admin.close()


async def _server(admin_url: str) -> Any:
    """A connection to the maintenance database: ours may not exist yet."""
    address = make_url(admin_url).set(database="postgres")
    return await asyncpg.connect(asyncpg_dsn(address.render_as_string(hide_password=False)))


async def _roles(connection: Any, service: str, password: str) -> None:
    if not _SAFE.match(password):
        raise ValueError(f"password of {service} has characters outside A-Z a-z 0-9 _ -")
    owner, app = f"{service}_owner", f"{service}_app"
    for role, kind in ((owner, "nologin"), (app, "login")):
        if not await connection.fetchval("select exists (select 1 from pg_roles where rolname = $1)", role):
            await connection.execute(f"create role {role} {kind}")
    if not await connection.fetchval("select pg_has_role(current_user, $1, 'set')", owner):
        await connection.execute(f"grant {owner} to current_user with inherit true, set true")
    await connection.execute(f"alter role {app} password '{password}'")
    for role in (owner, app):
        await connection.execute(f"alter role {role} set search_path = {service}")
    await connection.execute(f"alter role {app} set timezone = 'UTC'")


async def _schema(connection: Any, service: str) -> None:
    owner, app = f"{service}_owner", f"{service}_app"
    await connection.execute(f"create schema if not exists {service} authorization {owner}")
    await connection.execute(f"revoke all on schema {service} from public")
    await connection.execute(f"grant usage on schema {service} to {app}")


def new_passwords() -> dict[str, str]:
    """One random password per service."""
    return {service: secrets.token_urlsafe(24) for service in SERVICES}


def service_url(admin_url: str, service: str, password: str) -> str:
    """The address of a service's own role on the same server."""
    url = make_url(admin_url).set(username=f"{service}_app", password=password)
    return url.render_as_string(hide_password=False)
