"""The service's own time on every answer: what the gateway reckons time left by (sla.md 5)."""

from datetime import datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-gasdesk-now"
"""Internal: the gateway reads it and passes it on to nobody."""
_RAW = HEADER.encode()


class InstantMiddleware:
    """Adds the clock's time, which tests and demonstrations may move, to what the service answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        runtime: Any = getattr(scope["app"].state, "runtime", None)

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start" and runtime is not None:
                now: datetime = runtime.clock.now()
                message["headers"] = [*message.get("headers", ()), (_RAW, now.isoformat().encode())]
            await send(message)

        await self._app(scope, receive, send_dated)
