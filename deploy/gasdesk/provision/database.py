"""Database, roles and schemas: one role per service, which can touch only its own schema (reliability.md 2.8)."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

import asyncpg
from sqlalchemy import make_url

from shared.database import asyncpg_dsn
from shared.events.topology import SERVICES

_SAFE = re.compile(r"^[A-Za-z0-9_\-]+$")
_LOCK = "gasdesk.provision"

APPEND_ONLY = ("outbox", "clock_events", "audit")
"""Tables whose rows the service itself may never delete."""


async def provision_database(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing of database, roles and schemas; `passwords` by service.  Idempotent."""
    address = make_url(admin_url)
    database = str(address.database)
    root = await asyncpg.connect(asyncpg_dsn(address.set(database="postgres").render_as_string(hide_password=False)))
    try:
        if not await root.fetchval("select exists (select 1 from pg_database where datname = $1)", database):
            await root.execute(f'create database "{database}"')
        for service in SERVICES:
            await _roles(root, service, passwords[service])
        await root.execute(f'revoke all on database "{database}" from public')
        for service in SERVICES:
            await root.execute(f'grant connect on database "{database}" to {service}_app, {service}_owner')
    finally:
        await root.close()
    admin = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        await admin.execute("revoke all on schema public from public")
        for service in SERVICES:
            await _schema(admin, service)
    finally:
        await admin.close()


async def grant_tables(admin_url: str) -> None:
    """After the migrations: what each service may do with its own tables."""
    admin = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        for service in SERVICES:
            await _grants(admin, service)
    finally:
        await admin.close()


async def _roles(connection: Any, service: str, password: str) -> None:
    if not _SAFE.match(password):
        raise ValueError(f"password of {service} has characters outside A-Z a-z 0-9 _ -")
    owner, app = f"{service}_owner", f"{service}_app"
    for role, kind in ((owner, "nologin"), (app, "login")):
        if not await connection.fetchval("select exists (select 1 from pg_roles where rolname = $1)", role):
            await connection.execute(f"create role {role} {kind}")
    await connection.execute(f"alter role {app} password '{password}'")
    for role in (owner, app):
        await connection.execute(f"alter role {role} set search_path = {service}")
    await connection.execute(f"alter role {app} set timezone = 'UTC'")


async def _schema(connection: Any, service: str) -> None:
    owner, app = f"{service}_owner", f"{service}_app"
    await connection.execute(f"create schema if not exists {service} authorization {owner}")
    await connection.execute(f"revoke all on schema {service} from public")
    await connection.execute(f"grant usage on schema {service} to {app}")


async def _grants(connection: Any, service: str) -> None:
    owner, app = f"{service}_owner", f"{service}_app"
    await connection.execute(f"grant select, insert, update, delete on all tables in schema {service} to {app}")
    await connection.execute(f"grant usage, select on all sequences in schema {service} to {app}")
    await connection.execute(
        f"alter default privileges for role {owner} in schema {service}"
        f" grant select, insert, update, delete on tables to {app}"
    )
    await connection.execute(
        f"alter default privileges for role {owner} in schema {service} grant usage, select on sequences to {app}"
    )
    for table in APPEND_ONLY:
        names = await connection.fetch(
            "select c.relname from pg_class c where c.oid = to_regclass($1) or c.oid in"
            " (select inhrelid from pg_inherits where inhparent = to_regclass($1))",
            f"{service}.{table}",
        )
        for name in names:
            await connection.execute(f'revoke delete, truncate on {service}."{name["relname"]}" from {app}')
            if table == "audit":
                await connection.execute(f'revoke update on {service}."{name["relname"]}" from {app}')
    await connection.execute(f"revoke delete on {service}.audit_seals, {service}.policy_revisions from {app}")
    await connection.execute(f"revoke update on {service}.policy_revisions from {app}")
    await connection.execute(f"revoke insert, update, delete on {service}.alembic_version from {app}")


def new_passwords() -> dict[str, str]:
    """One random password per service."""
    return {service: secrets.token_urlsafe(24) for service in SERVICES}


def service_url(admin_url: str, service: str, password: str) -> str:
    """The address of a service's own role on the same server."""
    url = make_url(admin_url).set(username=f"{service}_app", password=password)
    return url.render_as_string(hide_password=False)
