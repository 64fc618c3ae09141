"""The rows of a year, so that two years can be compared: what chance gives (ids, seconds, digests) is left out."""

import json
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from tests.inspection.year.platform import ZONE

_TABLES = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'inspection' and c.relkind in ('r', 'p') and not c.relispartition order by 1
"""
_TECHNICAL = frozenset(
    {"alembic_version", "clock_offset", "idempotency", "jobs", "schedules", "inbox", "inbox_versions", "audit_seals"}
)
_CHANCE = re.compile(r"(^|_)(digest|sha256|hash|seq|xid|us)$|^(trace|correlation|causation)_id$|^traceparent$")
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGESTS = re.compile(r"\b[0-9a-f]{64}\b")
"""Of texts with ids in them."""
_TIMES = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(\.\d+)?")

_INSTANTS = re.compile(r"\b1[78]\d{14}\b")
MINUTE_US = 60_000_000
"""Microseconds of the epoch: minutes remain."""


async def rows_of(pool: "asyncpg.Pool[Any]") -> dict[str, list[str]]:
    """Every table of the service but the technical ones, each row as sorted JSON text, sorted."""
    found = {}
    for table in [row["relname"] for row in await pool.fetch(_TABLES)]:
        if table not in _TECHNICAL:
            rows = await pool.fetch(f"select * from {table}")  # names from the catalogue
            found[table] = sorted(_text(dict(row)) for row in rows)
    return found


def _text(row: dict[str, Any]) -> str:
    kept = {name: value for name, value in row.items() if not _CHANCE.search(name)}
    said = json.dumps(kept, default=_plain, ensure_ascii=False, sort_keys=True)
    said = _DIGESTS.sub("*", said)
    return _INSTANTS.sub(lambda one: str(int(one[0]) // MINUTE_US), _TIMES.sub(r"\1", _IDS.sub("*", said)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d}"
    if isinstance(value, date | UUID):
        return str(value)
    return repr(value)
