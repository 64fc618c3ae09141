"""The gateway's process: one door in front of the five services."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.desk.queue_routes import router as queue_router
from gateway.desk.routes import router as desk_router
from gateway.desk.shift_routes import router as shift_router
from gateway.documents import Descriptions, Documents
from gateway.identity.accounts import local_issuer, nobodys_issuer
from gateway.identity.routes import identity_router
from gateway.live.routes import router as live_router
from gateway.parts import detail_of
from gateway.proxy.route import ProxyRoute
from gateway.proxy.routes import router as merged_router
from gateway.proxy.rules import Pace
from gateway.runtime import GatewayRuntime, open_runtime
from gateway.settings import GatewaySettings
from gateway.upstream import Upstream, UpstreamError, UpstreamFigures
from shared.http.app import create_fastapi, install
from shared.http.problems import problem_response
from shared.observability.metrics import Metrics

TITLE = "GasDesk 客户服务平台"


def create_app(settings: GatewaySettings | None = None, *, documents: Documents | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan.

    `documents` answers the services' OpenAPI documents; without it they are read from the services at first use.
    """
    settings = settings or GatewaySettings()
    metrics = Metrics("gateway")
    figures = UpstreamFigures(metrics)
    upstreams = {
        name: Upstream(name, url, figures=figures, connections=settings.connections)
        for name, url in settings.service_urls.items()
    }

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings, upstreams) as runtime:
            app.state.runtime = runtime
            if settings.has_local_issuer:
                app.include_router(identity_router(local_issuer(settings), base_url=settings.base_url))
            yield

    app = create_fastapi(title=TITLE, lifespan=lifespan)
    install(app, service="gateway", metrics=metrics, has_database=False, degraded=lambda: _away(app, upstreams))
    app.add_exception_handler(UpstreamError, on_upstream_error)
    _add_doors(app)
    app.openapi = own_document  # type: ignore[method-assign]
    descriptions = Descriptions(own_document, upstreams, documents)
    # first, so that passing through costs no walk over the other routes
    app.router.routes.insert(0, ProxyRoute(upstreams, milliseconds=_milliseconds(settings)))
    app.router.routes.insert(1, Route("/openapi.json", descriptions.answer, include_in_schema=False))
    return app


@cache
def own_document() -> dict[str, Any]:
    """The OpenAPI document of what the gateway itself answers, the local issuer's door included."""
    app = create_fastapi(title=TITLE)
    install(app, service="gateway", has_database=False)
    _add_doors(app)
    app.include_router(identity_router(nobodys_issuer(), base_url=""))
    return app.openapi()


async def on_upstream_error(_: Request, error: Exception) -> Response:
    """502, 503 or 504, by the table in `gateway.upstream`."""
    assert isinstance(error, UpstreamError)  # noqa: S101  # registered for this class
    headers = {"Retry-After": "1"} if error.code == "upstream_unavailable" else None
    return problem_response(error.code, detail_of(error), headers=headers)


def _add_doors(app: FastAPI) -> None:
    app.include_router(desk_router)
    app.include_router(queue_router)
    app.include_router(shift_router)
    app.include_router(merged_router)
    app.include_router(live_router)


def _milliseconds(settings: GatewaySettings) -> dict[Pace, int]:
    return {
        Pace.READ: settings.deadline_ms,
        Pace.WRITE: settings.write_deadline_ms,
        Pace.BULK: settings.bulk_deadline_ms,
    }


def _away(app: FastAPI, upstreams: Mapping[str, Upstream]) -> list[str]:
    away = [name for name, upstream in upstreams.items() if upstream.breaker.is_open]
    runtime: GatewayRuntime | None = getattr(app.state, "runtime", None)
    if runtime is not None and runtime.live.is_wanted and not runtime.live.is_connected:
        away.append("nats")
    return away
