"""What a service may do with its own tables (reliability.md 2.8): read and write, but not rewrite its records."""

import hashlib
from typing import Any

import asyncpg

from shared.database import asyncpg_dsn
from shared.events.topology import SERVICES

INSERT_ONLY = (
    *("audit", "audit_seals", "clock_events", "policy_revisions", "calendar_revisions"),
    *("ledger_accounts", "ledger_postings", "ledger_entries"),
)
"""Records: a service adds rows and never changes one."""
NEVER_DELETED = ("outbox", "ledger_heads", "ledger_balances", "ledger_months")
"""Rows that are stamped or added to; nobody removes one."""
READ_ONLY = ("alembic_version",)

_TABLES = """
select c.relname as name, c.relispartition as is_partition from pg_class c
where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') order by c.relname
"""
_STAMP = "select obj_description($1::regnamespace, 'pg_namespace')"


async def grant_tables(admin_url: str) -> None:
    """After the migrations: give each service its rights.  Idempotent; without a change it writes nothing.

    There are no default privileges on purpose: a new partition must not be born writable.
    """
    admin = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        for service in SERVICES:
            await _grant(admin, service)
    finally:
        await admin.close()


async def _grant(connection: Any, service: str) -> None:
    tables = await connection.fetch(_TABLES, service)
    statements = _statements(service, [(row["name"], row["is_partition"]) for row in tables])
    stamp = f"rights {hashlib.sha256(';'.join(statements).encode()).hexdigest()}"
    if await connection.fetchval(_STAMP, service) == stamp:
        return
    async with connection.transaction():
        await connection.execute(f"set local role {service}_owner")
        await connection.execute(";\n".join(statements))
        await connection.execute(f"comment on schema {service} is '{stamp}'")


def _statements(service: str, tables: list[tuple[str, bool]]) -> list[str]:
    app = f"{service}_app"
    lines = [f"revoke all on all tables in schema {service} from {app}"]
    lines.append(f"grant usage, select on all sequences in schema {service} to {app}")
    for name, is_partition in tables:
        # Statements on the parent need no right on its partitions; only the gauges look at them directly.
        rights = "select" if is_partition else _rights(name)
        lines.append(f'grant {rights} on {service}."{name}" to {app}')
    return lines


def _rights(table: str) -> str:
    if table in READ_ONLY:
        return "select"
    if table in INSERT_ONLY:
        return "select, insert"
    if table in NEVER_DELETED:
        return "select, insert, update"
    return "select, insert, update, delete"
