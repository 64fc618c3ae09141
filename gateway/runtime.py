"""What the gateway holds while it runs: the ways to the services, who asks, parts of the last minute, the live hub."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from gateway.callers import Callers
from gateway.clients import Clients
from gateway.live.hub import LiveHub
from gateway.parts import PartCache
from gateway.settings import GatewaySettings
from gateway.upstream import Upstream
from shared.access.key_source import key_source
from shared.access.keys import KeyFolder
from shared.access.tokens import TokenVerifier


class WallClock:
    """The time of day; the gateway judges no promise, so it needs no database's clock."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class GatewayRuntime:
    """Made once per process by `open_runtime`; routes read it."""

    settings: GatewaySettings
    clock: WallClock
    principals: Callers
    clients: Clients
    parts: PartCache
    live: LiveHub
    cursor_key: bytes


@asynccontextmanager
async def open_runtime(settings: GatewaySettings, upstreams: Mapping[str, Upstream]) -> AsyncIterator[GatewayRuntime]:
    """Open the pools and follow the broker in the background; close everything at the end.

    Neither services nor broker need be there yet.  Raises: KeyMissingError when `gasdesk provision` has not run.
    """
    verifier = TokenVerifier(keys=key_source(settings.jwks), issuer=settings.oidc_issuer)
    clients = Clients.over(upstreams)
    hub = LiveHub(settings.nats_url.get_secret_value())
    runtime = GatewayRuntime(
        settings=settings,
        clock=WallClock(),
        principals=Callers(verifier, clients.incentive, first_seconds=settings.identity_ms / 1000),
        clients=clients,
        parts=PartCache(),
        live=hub,
        cursor_key=KeyFolder(settings.keys).cursor_key(settings.service),
    )
    stop = asyncio.Event()
    following = asyncio.create_task(hub.run(stop), name="gateway-live")
    try:
        for upstream in upstreams.values():
            await upstream.start()
        yield runtime
    finally:
        stop.set()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        for upstream in upstreams.values():
            await upstream.close()


def runtime_of(request: Request) -> GatewayRuntime:
    """The runtime that the lifespan put on the application."""
    runtime: GatewayRuntime = request.app.state.runtime
    return runtime
