"""The body guard: size by streamed bytes, content type by path, and JSON that Postgres can store."""

import asyncio
import contextlib
from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import FieldError
from shared.http.base_model import plain_text
from shared.http.problems import problem_response, refuse
from shared.http.validation import pointer_of

MIB = 1024 * 1024
DEFAULT_LIMIT = MIB
FILE_LIMIT = 20 * MIB
IMPORT_LIMIT = 64 * MIB
MULTIPART_ALLOWANCE = 64 * 1024
"""Bytes that boundaries and part headers may add to an attachment."""

_BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "DELETE"))
_UPLOADS = (
    b"multipart/form-data",
    b"application/octet-stream",
    b"text/csv",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_FORM = b"application/x-www-form-urlencoded"
_TOKEN_PATH = "/v1/auth/token"  # noqa: S105  # a path
_PUBLIC_PATHS = "/v1/public/"
"""Doors of people without login, whose forms need no script."""
_MAX_DEPTH = 64
_DRAINED = 8 * MIB
_DRAIN_SECONDS = 2.0


class BodyLimitMiddleware:
    """Refuses a body that is too large (413), of another type (415), or no storable JSON (400) as it is read.

    A refusal is raised from `receive`, so that it passes the ordinary handlers; chunked bodies carry no length.
    """

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limits = tuple((limits or {}).items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and b"%00" in scope.get("query_string", b""):
            # no text of ours holds it, and each service would refuse it late: behind the gateway that looks like outage
            await _nul_refused(scope["query_string"])(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in _BODILESS:
            await self._app(scope, receive, send)
            return
        await self._app(scope, _guarded(scope, receive, self._limit_of(scope["path"])), send)

    def _limit_of(self, path: str) -> int:
        for prefix, limit in self._limits:
            if path.startswith(prefix):
                return limit
        return default_limit_of(path)


def default_limit_of(path: str) -> int:
    """Bytes that a request to `path` may carry (design.md 7)."""
    if path.startswith("/v1/files"):
        return FILE_LIMIT + MULTIPART_ALLOWANCE
    if path.endswith("/imports"):
        return IMPORT_LIMIT + MULTIPART_ALLOWANCE
    return DEFAULT_LIMIT


def _guarded(scope: Scope, receive: Receive, limit: int) -> Receive:
    content_type, length = _headers_of(scope)
    is_json = content_type == b"application/json" or content_type.endswith(b"+json")
    seen = 0
    kept = bytearray()

    async def guarded() -> Message:
        nonlocal seen
        if length > limit:
            await _drain(scope, receive)
            raise _too_large(limit)
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")
        if body and not (is_json or _accepts(scope["path"], content_type)):
            raise refuse(
                "unsupported_media_type", "请使用 application/json", headers={"Accept-Post": "application/json"}
            )
        seen += len(body)
        if seen > limit:
            if message.get("more_body", False):
                await _drain(scope, receive)
            raise _too_large(limit)
        if is_json:
            if not message.get("more_body", False) and not kept:
                check_json(body)
            else:
                kept.extend(body)
                if not message.get("more_body", False):
                    check_json(bytes(kept))
        return message

    return guarded


def _headers_of(scope: Scope) -> tuple[bytes, int]:
    content_type, length = b"", 0
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value.split(b";", 1)[0].strip().lower()
        elif name == b"content-length":
            length = int(value) if value.isdigit() else 0
    return content_type, length


def _accepts(path: str, content_type: bytes) -> bool:
    if path == _TOKEN_PATH or path.startswith(_PUBLIC_PATHS):
        return content_type == _FORM
    if path.startswith("/v1/files") or path.endswith("/imports"):
        return content_type in _UPLOADS
    return False


def _nul_refused(query: bytes) -> Response:
    named = (name for name, value in parse_qsl(query.decode("latin-1")) if "\x00" in value)
    errors = [FieldError(pointer_of(("query", name)), "string_unicode", "文字中不得含有空字符") for name in named]
    return problem_response("validation_failed", errors=errors)


async def _drain(scope: Scope, receive: Receive) -> None:
    """Take in what is on its way, within bounds: closing on unread bytes resets the connection, and with it the 413."""
    if any(name == b"expect" for name, _ in scope["headers"]):
        return  # the caller waits for leave to send
    left = _DRAINED
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))


def _too_large(limit: int) -> Exception:
    return refuse("body_too_large", f"请求体最大 {limit // MIB} MiB", headers={"Connection": "close"})


def check_json(body: bytes) -> None:
    """Refuse what Python's parser would let through: NaN, lone surrogates, NUL, huge numbers, deep nesting.

    Raises: ProblemError (400 `malformed_json`).
    """
    if not body:
        return
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise refuse("malformed_json") from error
    if b"\\u0000" in body and not plain_text(value):
        raise refuse("malformed_json", "文字中不得含有空字符")
    if body.count(b"[") + body.count(b"{") > _MAX_DEPTH and _depth_exceeds(value, _MAX_DEPTH):
        raise refuse("malformed_json", f"嵌套不得超过 {_MAX_DEPTH} 层")


def _depth_exceeds(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(one for one in item.values() if isinstance(one, dict | list))
            elif isinstance(item, list):
                below.extend(one for one in item if isinstance(one, dict | list))
        if not below:
            return False
        level = below
    return True
