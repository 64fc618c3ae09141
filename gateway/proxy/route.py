"""The pass-through: one raw ASGI route for every resource of the five services."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gateway.proxy import rules
from gateway.streaming import while_connected
from gateway.upstream import Body, Deadline, Exchange, Upstream, UpstreamError, repeatable
from shared.access.errors import UnauthenticatedError
from shared.errors import FieldError
from shared.http.problems import MEDIA_TYPE, refuse
from shared.http.rates import CLIENT_HEADER
from shared.observability import context

_BUFFERED = 256 * 1024
"""Bodies up to this many bytes are handed on in one piece."""
_IDLE = 75.0
"""Seconds without a byte after which a streamed answer is given up."""
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS", "DELETE"))
_LONGEST_TOKEN = 4096


class ClientGoneError(Exception):
    """The caller hung up while its request was being passed on."""


class _Passed:
    """What metrics label such a request with."""

    def __init__(self, resource: str) -> None:
        self.path = f"/v1/{resource}/*"


class ProxyRoute(BaseRoute):
    """Matches what a service owns; services authorise, the gateway only turns away what cannot be a token."""

    def __init__(self, upstreams: Mapping[str, Upstream], *, milliseconds: Mapping[rules.Pace, int]) -> None:
        """`milliseconds` says how long each pace may take."""
        self._upstreams = upstreams
        self._milliseconds = milliseconds
        self._labels = {resource: _Passed(resource) for resource in (*rules.OWNER_OF, rules.FILES)}

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Any method: the service knows which it takes."""
        if scope["type"] != "http":
            return Match.NONE, {}
        label = self._labels.get(rules.resource_of(scope["path"]) or "")
        return (Match.NONE, {}) if label is None else (Match.FULL, {"route": label})

    @override
    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """No route has a name."""
        raise NoMatchFound(name, path_params)

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and its answer back.  Raises: UpstreamError, UnauthenticatedError, ProblemError."""
        upstream = self._upstreams[_service_of(scope)]
        method: str = scope["method"]
        pace = rules.pace_of(method, scope["path"])
        deadline = Deadline.after(self._milliseconds[pace])
        headers, has_key = _request_headers(scope, None if pace is rules.Pace.BULK else self._milliseconds[pace])
        source = _Source(scope, receive)
        try:
            async with upstream.call(
                method,
                _target(scope),
                headers=headers,
                seconds=deadline.remaining,
                body=await source.body(),
                is_repeatable=repeatable(method, has_key=has_key) and source.is_buffered,
            ) as exchange:
                await _hand_back(upstream.name, exchange, scope, receive, send)
        except ClientGoneError:
            return
        except UpstreamError:
            if source.fault is not None:
                raise source.fault from None
            raise


class _Source:
    """The caller's body: in one piece where it is small, else piece by piece."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self.is_buffered = True
        self.fault: Exception | None = None
        """Why the body could not be read to its end: too large, no JSON, the caller hung up."""

    async def body(self) -> Body:
        """What to send on.  Raises: ProblemError, ClientGoneError."""
        if self._scope["method"] in _BODILESS:
            return None
        pieces: list[bytes] = []
        size = 0
        is_more = True
        while is_more and size <= _BUFFERED:
            piece, is_more = await self._next()
            size += len(piece)
            pieces.append(piece)
        if not is_more:
            return b"".join(pieces)
        self.is_buffered = False
        return self._rest(pieces)

    async def _rest(self, pieces: list[bytes]) -> AsyncIterator[bytes]:
        is_more = True
        try:
            for piece in pieces:
                yield piece
            while is_more:
                piece, is_more = await self._next()
                if piece:
                    yield piece
        except Exception as error:
            self.fault = error
            raise

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        return message.get("body", b""), message.get("more_body", False)


def _service_of(scope: Scope) -> str:
    owner = rules.owner_of(scope["path"])
    if owner is not None:
        return owner
    named: str = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("for", [""])[-1]
    if named not in rules.PREFIXES:
        field = FieldError("?for", "enum", f"只能取：{'、'.join(rules.PREFIXES)}")
        raise refuse("validation_failed", "请用 for 指明附件所属的服务", errors=(field,))
    return named


def _target(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    target: str = (raw + b"?" + query if query else raw).decode("latin-1")
    return target


def _request_headers(scope: Scope, milliseconds: int | None) -> tuple[list[tuple[str, str]], bool]:
    token = key = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            token = value
        elif name == b"idempotency-key":
            key = value
    headers = rules.sent_on(scope["headers"])
    if rules.is_public(scope["path"]):
        headers.append((CLIENT_HEADER, _client_of(scope)))  # the service counts requests by address
    else:
        _look_at(token)
    call = context.current()
    if call.traceparent:
        headers.append(("traceparent", call.traceparent))
    if call.request_id:
        headers.append(("x-request-id", call.request_id))
    if milliseconds is not None:
        headers.append(("x-deadline-ms", str(milliseconds)))
    return headers, key is not None


def _client_of(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _look_at(authorization: bytes | None) -> None:
    # Signature and rights are the service's business; this only spares it what can be no token at all.
    scheme, _, token = (authorization or b"").partition(b" ")
    if scheme.lower() != b"bearer" or not token.strip():
        raise UnauthenticatedError("token_missing")
    if token.count(b".") != 2 or len(token) > _LONGEST_TOKEN:
        raise UnauthenticatedError("token_invalid")


async def _hand_back(service: str, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
    answer = exchange.answer
    _check(service, answer.status, answer.content_type)
    headers = rules.answered([(name.lower(), value) for name, value in answer.raw_headers])
    if rules.is_files(scope["path"]):
        headers = [_naming_service(header, service) for header in headers]
    length = answer.content_length
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    if scope["method"] == "HEAD" or (length is not None and length <= _BUFFERED):
        body = await answer.read()
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return
    exchange.lift_limit()
    await send(start)
    await _stream(exchange, receive, send)


async def _stream(exchange: Exchange, receive: Receive, send: Send) -> None:
    async def pass_on() -> None:
        # readany() answers as soon as anything is there, so that server-sent events are never held back
        while piece := await asyncio.wait_for(exchange.answer.content.readany(), _IDLE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    await while_connected(receive, pass_on())


def _check(service: str, status: int, content_type: str) -> None:
    # A fault that is no problem of ours comes from something else on that port.
    if status >= 500 and content_type != MEDIA_TYPE:
        raise UpstreamError(service, "upstream_failed", f"status {status}")


def _naming_service(header: tuple[bytes, bytes], service: str) -> tuple[bytes, bytes]:
    if header[0] == b"location" and header[1].startswith(b"/v1/files/"):
        return header[0], header[1] + b"?for=" + service.encode()
    return header
