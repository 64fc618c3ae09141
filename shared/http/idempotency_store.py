"""Idempotency keys in Postgres, in the effect's own transaction (design.md 7); knows nothing of FastAPI."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import RuleViolatedError
from shared.http.hot_tx import HotTx

KEPT = timedelta(hours=48)
"""How long a key is remembered."""

ARGUMENTS = 9
"""How many parameters `claim_cte` takes."""


class KeyReusedError(RuleViolatedError):
    """The key was used before with another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first request with this key did; the caller renders the current resource, authorised anew."""

    resource_id: UUID
    version: int | None
    status: int


@dataclass(frozen=True, slots=True)
class OnceKey:
    """One key of one person for one operation, and the fingerprint of the request that carries it."""

    company: str
    subject: str
    operation: str
    key: str
    fingerprint: bytes

    def arguments(self, *, resource_id: UUID, version: int | None, status: int, now: datetime) -> tuple[object, ...]:
        """The nine parameters of `claim_cte`, in its order."""
        return (
            self.company,
            self.subject,
            self.operation,
            self.key,
            self.fingerprint,
            status,
            resource_id,
            version,
            now,
        )


_COLUMNS = "company, subject, operation, key, fingerprint, status, resource_id, resource_version, at"
_WHERE = "company = {} and subject = {} and operation = {} and key = {}"
_NAMED = _WHERE.format(":company", ":subject", ":operation", ":key")
_FOUND = "select fingerprint, status, resource_id, resource_version from idempotency where "

_CLAIM = text(
    f"insert into idempotency ({_COLUMNS}) values (:company, :subject, :operation, :key, :fingerprint, :status,"  # noqa: S608
    " :resource_id, :version, :at) on conflict do nothing returning 1"
)
_FIND = text(_FOUND + _NAMED)
_SETTLE = text(f"update idempotency set resource_version = :version where {_NAMED}")  # noqa: S608
_HOT_FIND = _FOUND + _WHERE.format("$1", "$2", "$3", "$4")
_PRUNE = text(
    "delete from idempotency where ctid = any (array (select ctid from idempotency where at < :before limit :batch))"
)


def claim_cte(first: int = 1, *, when: str = "true") -> str:
    """The body of the CTE that takes the key, with parameters `$first` … `$first+8`.

    It returns no row if the key is taken (a concurrent holder is waited for) or if `when` does not hold.  Every guard
    of the statement belongs into `when` (such as `exists (select 1 from guarded)`): the statement commits even where a
    later CTE finds nothing to do, and a refusal must leave its key free.  Every other CTE must select from this one.
    """
    types = ("text", "text", "text", "text", "bytea", "smallint", "uuid", "bigint", "timestamptz")
    values = ", ".join(f"${number}::{kind}" for number, kind in enumerate(types, first))
    return f"insert into idempotency ({_COLUMNS}) select {values} where {when} on conflict do nothing returning 1"


async def claim(
    session: AsyncSession, key: OnceKey, *, resource_id: UUID, version: int | None, status: int, now: datetime
) -> Replay | None:
    """Take the key in the session's transaction; None if it was free, else what was done under it.

    Waits for a concurrent request with the same key; the lock timeout answers 409 `busy`.
    Raises: KeyReusedError.
    """
    values = {
        **_identity(key),
        "fingerprint": key.fingerprint,
        "status": status,
        "resource_id": resource_id,
        "version": version,
        "at": now,
    }
    if (await session.execute(_CLAIM, values)).first() is not None:
        return None
    row = (await session.execute(_FIND, _identity(key))).one()
    return _replay(key, row.fingerprint, row.status, row.resource_id, row.resource_version)


async def settle(session: AsyncSession, key: OnceKey, *, version: int) -> None:
    """Store the version that the effect led to, where it was not known when the key was taken."""
    await session.execute(_SETTLE, {**_identity(key), "version": version})


async def explain(hot: HotTx, key: OnceKey) -> Replay | None:
    """Why a hot statement gave no row: the replay of its key, or None if a guard of the statement refused.

    Raises: KeyReusedError.
    """
    row = await hot.fetchrow(_HOT_FIND, key.company, key.subject, key.operation, key.key)
    if row is None:
        return None
    return _replay(key, row["fingerprint"], row["status"], row["resource_id"], row["resource_version"])


async def prune(session: AsyncSession, *, now: datetime, batch: int = 5000) -> int:
    """Forget at most `batch` keys older than 48 hours; answers how many."""
    result: Any = await session.execute(_PRUNE, {"before": now - KEPT, "batch": batch})
    return int(result.rowcount)


def child_key(key: str, step: str) -> str:
    """The key of one step of a composite write, so that repeating the whole repeats no step."""
    return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:gasdesk:idempotency:{key}"), step))


def fingerprint(method: str, path: str, query: bytes, content: bytes) -> bytes:
    """SHA-256 of what makes two requests the same."""
    digest = hashlib.sha256(f"{method}\n{path}\n".encode())
    digest.update(query + b"\n" + content)
    return digest.digest()


def canonical_json(body: bytes) -> bytes:
    """JSON with sorted keys and no blanks; bytes that are no JSON stay as they are."""
    if not body:
        return b""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, TypeError):
        return body


def _identity(key: OnceKey) -> dict[str, object]:
    return {"company": key.company, "subject": key.subject, "operation": key.operation, "key": key.key}


def _replay(key: OnceKey, stored: bytes, status: int, resource_id: UUID, version: int | None) -> Replay:
    if bytes(stored) != key.fingerprint:
        raise KeyReusedError("同一 Idempotency-Key 已用于内容不同的请求，请换一个")
    return Replay(resource_id, version, status)
