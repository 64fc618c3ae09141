"""`/v1/live`: server-sent events for the signed-in person."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gateway.live.hub import Kinds, LiveHub, Subscriber
from gateway.live.kinds import Whereabouts
from gateway.runtime import GatewayRuntime, runtime_of
from gateway.streaming import while_connected
from gateway.upstream import UpstreamError
from shared.access.errors import UnauthenticatedError
from shared.access.principal import Principal
from shared.contracts.live import LiveKind
from shared.errors import DomainError
from shared.http.auth import bearer_token, civil_date, requires
from shared.http.base_model import ApiModel

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/v1", tags=["live"])

LiveReader = Annotated[Principal, requires("live.read")]

HEARTBEAT = 15.0
"""Seconds between two signs of life."""
_RECHECK = 30.0
"""Seconds after which rights are read again."""
_TICK = 1.0
_SEND_SECONDS = 20.0
"""A client that takes nothing for so long is given up; it resumes by its last event id."""


class LiveMessage(ApiModel):
    """The `data` of one server-sent event; its `event` is the type, its `id` the place to resume from."""

    kind: LiveKind
    """What it means to the person who hears it."""
    id: UUID
    type: str
    source: str
    subject: UUID
    time: AwareDatetime
    company: str
    aggregateversion: int
    matterid: UUID | None
    actor: str | None
    data: dict[str, Any]


class LiveStream(Response):
    """The stream of one person, until they go, lose their rights, are too slow, or the gateway is drained."""

    media_type = "text/event-stream"

    def __init__(self, request: Request, principal: Principal, last: str | None, kinds: Kinds) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._request = request
        self._token = bearer_token(request)
        self._principal = principal
        self._last = last
        self._kinds = kinds

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI door.  Raises: ProblemError before anything is sent."""
        runtime = runtime_of(self._request)
        hub: LiveHub = runtime.live
        own = self._principal
        scope_of_rows, person = own.scope("live.read"), Whereabouts.of(own)
        with hub.subscribe(own.staff_id, scope_of_rows, self._last, person=person, kinds=self._kinds) as opened:
            subscriber, is_resumed = opened
            first = b"retry: 2000\n\n" + (_RESUMED if is_resumed else _reset(subscriber))
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await while_connected(receive, self._pump(runtime, subscriber, first, send))

    async def _pump(self, runtime: GatewayRuntime, subscriber: Subscriber, first: bytes, send: Send) -> None:
        loop = asyncio.get_running_loop()
        alive_at = checked_at = loop.time()
        frames = first
        while True:
            now = loop.time()
            if not frames and subscriber.is_idle and now - alive_at >= HEARTBEAT:
                frames = b": heartbeat\nid: " + subscriber.place + b"\n\n"
            if frames:
                alive_at = now
                if not await _sent(send, frames):
                    log.info("live.slow_client")
                    return
            if now - checked_at >= _RECHECK:
                checked_at = now
                if not await self._still_may(runtime, subscriber):
                    break
            if self._request.app.state.is_draining or (subscriber.is_dropped and subscriber.is_idle):
                break
            frames = await subscriber.next(_TICK)
        await send({"type": "http.response.body", "body": b""})

    async def _still_may(self, runtime: GatewayRuntime, subscriber: Subscriber) -> bool:
        try:
            person = await runtime.principals.principal(self._token, on=civil_date(runtime.clock.now()))
            subscriber.scope, subscriber.person = person.scope("live.read"), Whereabouts.of(person)
        except (UnauthenticatedError, DomainError, UpstreamError) as error:
            log.info("live.ended", reason=getattr(error, "code", ""))
            return False
        return True


@router.get(
    "/live",
    status_code=200,
    response_class=LiveStream,
    responses={200: {"model": LiveMessage, "description": "逐条发送；每条的 data 如下"}},
    summary="与我有关的实时消息（server-sent events）",
)
async def follow_live(
    request: Request,
    principal: LiveReader,
    last_event_id: Annotated[
        str | SkipJsonSchema[None], Header(description="上次收到的最后一个 id，由此续传", max_length=200)
    ] = None,
    kinds: Annotated[list[LiveKind] | SkipJsonSchema[None], Query(description="只收这几种；可重复，不给即全部")] = None,
) -> LiveStream:
    return LiveStream(request, principal, last_event_id, frozenset(kinds) if kinds else None)


async def _sent(send: Send, frames: bytes) -> bool:
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await send({"type": "http.response.body", "body": frames, "more_body": True})
    except TimeoutError:
        return False
    return True


_RESUMED = b"event: resumed\ndata: {}\n\n"
"""Nothing was missed; what came meanwhile follows, each with its own id."""


def _reset(subscriber: Subscriber) -> bytes:
    # Tells the client to read again what it shows; from here on nothing is missed.
    return b"id: " + subscriber.place + b"\nevent: reset\ndata: {}\n\n"
