"""`Once`: the Idempotency-Key of a POST, taken in the effect's transaction and looked up before If-Match."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from shared.http import idempotency_store
from shared.http.auth import principal_of
from shared.http.hot_tx import HotTx
from shared.http.idempotency_store import OnceKey, Replay
from shared.http.problems import refuse

HEADER = "Idempotency-Key"
_MAX_KEY = 128
_JSON = "application/json"
DESCRIPTION = "同一请求重发时所带的同一个键，1 至 128 个可见字符；48 小时内有效"
KEY_SCHEMA = {"type": "string", "minLength": 1, "maxLength": _MAX_KEY, "title": HEADER, "description": DESCRIPTION}


class OnceOnly:
    """The key of this request; `claim` it first, then act, and render a `Replay` if there is one."""

    __slots__ = ("_content", "_key", "_request", "key")

    def __init__(self, request: Request, key: str, content: bytes) -> None:
        self._request = request
        self._content = content
        self._key: OnceKey | None = None
        self.key = key
        """The key as the caller sent it, without quotes."""

    def fingerprint_of(self, content: str) -> None:
        """Let `content` (the digest of an upload) stand for the body in the fingerprint."""
        self._content = content.encode()
        self._key = None

    @property
    def once_key(self) -> OnceKey:
        """The stored form: company, person, operation, key and fingerprint.  Raises: LookupError without a guard."""
        if self._key is None:
            scope = self._request.scope
            principal = principal_of(self._request)
            self._key = OnceKey(
                principal.company,
                principal.actor,
                scope["endpoint"].__name__,
                self.key,
                idempotency_store.fingerprint(
                    scope["method"], scope["path"], scope.get("query_string", b""), self._content
                ),
            )
        return self._key

    async def claim(
        self,
        session: AsyncSession,
        *,
        resource_id: UUID,
        now: datetime,
        version: int | None = 1,
        status: int = 201,
    ) -> Replay | None:
        """Take the key in this transaction, before anything else is written; None if it was free.

        Raises: KeyReusedError.
        """
        return await idempotency_store.claim(
            session, self.once_key, resource_id=resource_id, version=version, status=status, now=now
        )

    async def settle(self, session: AsyncSession, *, version: int) -> None:
        """Store the version that the effect led to."""
        await idempotency_store.settle(session, self.once_key, version=version)

    def arguments(
        self, *, resource_id: UUID, now: datetime, version: int | None = 1, status: int = 201
    ) -> tuple[object, ...]:
        """The parameters of `idempotency_store.claim_cte` for a hot statement."""
        return self.once_key.arguments(resource_id=resource_id, version=version, status=status, now=now)

    async def explain(self, hot: HotTx) -> Replay | None:
        """The replay that kept a hot statement from giving a row; None if one of its guards refused.

        Raises: KeyReusedError.
        """
        return await idempotency_store.explain(hot, self.once_key)

    def child(self, step: str) -> str:
        """The key under which one step of a composite write is sent on."""
        return idempotency_store.child_key(self.key, step)


async def get_once(
    request: Request,
    idempotency_key: Annotated[
        str | SkipJsonSchema[None],
        Header(
            alias=HEADER,
            description=DESCRIPTION,
            json_schema_extra={"minLength": 1, "maxLength": _MAX_KEY},
        ),
    ] = None,
) -> OnceOnly:
    return await once_of(request, idempotency_key)


async def once_of(request: Request, value: str | None) -> OnceOnly:
    """The key in `value`, with the body it stands for.  Raises: ProblemError 400 if it is missing or malformed."""
    if value is None:
        raise refuse("idempotency_key_missing", "新建和变更请求须带 Idempotency-Key 请求头，重发时用同一个键")
    key = value.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not 1 <= len(key) <= _MAX_KEY or not key.isascii() or not key.isprintable():
        raise refuse("idempotency_key_malformed", f"应为 1 至 {_MAX_KEY} 个可见的 ASCII 字符")
    is_upload = request.headers.get("content-type", _JSON).startswith("multipart/")
    content = b"" if is_upload else idempotency_store.canonical_json(await request.body())
    return OnceOnly(request, key, content)


Once = Annotated[OnceOnly, Depends(get_once)]
"""Required on every POST that changes something (design.md 7)."""
