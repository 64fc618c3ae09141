"""The outermost layer of a request: call context, request id, deadline, and the last net under every fault."""

import asyncio
import random
import string
from typing import Any
from uuid import UUID

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import PLATFORM, problem_body
from shared.observability import context
from shared.observability.context import CallContext
from shared.observability.logging import describe

log = structlog.get_logger(__name__)

_ID_LETTERS = frozenset(string.ascii_letters + string.digits + "-._")
_HEX = frozenset("0123456789abcdef")
_MAX_DEADLINE_MS = 60_000
_ZERO_TRACE = "0" * 32


class TraceMiddleware:
    """Binds the call context, answers `X-Request-ID`, keeps the caller's deadline, turns unknown faults into 500.

    The 500 is made *inside* the stack: after one from outside, uvicorn drops the connection and the next, innocent
    request on it fails (reliability.md 2.7).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = traceparent = deadline = b""
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                request_id = value
            elif name == b"traceparent":
                traceparent = value
            elif name == b"x-deadline-ms":
                deadline = value
        call = call_context(request_id, traceparent)
        echo = (b"x-request-id", (call.request_id or "").encode())
        is_started = False

        async def send_traced(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                message["headers"] = [*message.get("headers", ()), echo]
            await send(message)

        token = context.enter(call)
        try:
            code = await self._run(scope, receive, send_traced, deadline)
            if code is None:
                return
            if is_started:
                raise ConnectionAbortedError("the response had begun when it failed")
            await _send_problem(send_traced, code)
        finally:
            context.leave(token)

    async def _run(self, scope: Scope, receive: Receive, send: Send, deadline: bytes) -> str | None:
        try:
            if deadline:
                async with asyncio.timeout(_seconds(deadline)):
                    await self._app(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        except TimeoutError:
            log.warning("http.deadline_exceeded", method=scope["method"], route=route_of(scope))
            return "deadline_exceeded"
        except Exception as error:  # noqa: BLE001  # the last net: a 500 without text, and a log line
            log.error("http.internal_error", method=scope["method"], route=route_of(scope), **describe(error))  # noqa: TRY400
            return "internal_error"
        return None


def call_context(request_id: bytes, traceparent: bytes) -> CallContext:
    """The context of a request: the caller's identifiers where they are well formed, fresh ones otherwise."""
    trace = (_trace_of(traceparent) if traceparent else "") or f"{random.getrandbits(128):032x}"  # no secret
    span = f"{random.getrandbits(64):016x}"  # no secret
    name = request_id.decode("ascii", "replace") if request_id else ""
    if not (8 <= len(name) <= 64 and _ID_LETTERS.issuperset(name)):
        name = f"{trace[:16]}{span}"
    return CallContext(correlation_id=UUID(int=int(trace, 16)), traceparent=f"00-{trace}-{span}-01", request_id=name)


def _trace_of(traceparent: bytes) -> str:
    parts = traceparent.decode("ascii", "replace").split("-")
    if len(parts) >= 4 and len(parts[0]) == 2 and parts[0] != "ff" and len(parts[1]) == 32:
        trace = parts[1]
        if _HEX.issuperset(trace) and trace != _ZERO_TRACE:
            return trace
    return ""


def _seconds(deadline: bytes) -> float | None:
    try:
        return min(max(int(deadline), 0), _MAX_DEADLINE_MS) / 1000
    except ValueError:
        return None


def route_of(scope: Any) -> str:
    """The template of the matched route, such as `/v1/complaints/{complaint_id}`; `unmatched` otherwise."""
    route = scope.get("route")
    return getattr(route, "path", None) or "unmatched"


async def _send_problem(send: Send, code: str) -> None:
    status, title = PLATFORM[code]
    body = problem_body(code, status, title)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
