"""Putting the door on an application: the same for every service and for the gateway."""

from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.http.handlers import add_handlers
from shared.http.health import Check, Degraded, health_router
from shared.http.instant import InstantMiddleware
from shared.http.limits import BodyLimitMiddleware
from shared.http.openapi import conventional_openapi, operation_id
from shared.http.trace import TraceMiddleware
from shared.observability import telemetry
from shared.observability.metrics import Metrics, MetricsMiddleware

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


def create_fastapi(
    *, title: str, lifespan: Lifespan | None = None, version: str = "1", description: str = ""
) -> FastAPI:
    """A FastAPI application without its documentation pages, with handler names as operation ids."""
    return FastAPI(
        title=title,
        version=version,
        description=description,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,
        telemetry=fastapi_telemetry(),
    )


def install(
    app: FastAPI,
    *,
    service: str,
    metrics: Metrics | None = None,
    body_limits: Mapping[str, int] | None = None,
    degraded: Degraded | None = None,
    checks: Mapping[str, Check] | None = None,
    has_database: bool = True,
) -> Metrics:
    """Add middlewares, problem handlers, health routes and the OpenAPI conventions; answers the metrics.

    `body_limits` gives path prefixes their own number of bytes; `checks` join `/readyz` by name.
    """
    metrics = metrics or Metrics(service)
    app.state.service = service
    app.state.metrics = metrics
    app.state.is_draining = False
    app.state.wake = None
    add_handlers(app)
    if has_database:  # only a service has a clock that judges
        app.add_middleware(InstantMiddleware)
    app.add_middleware(BodyLimitMiddleware, limits=body_limits)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_middleware(TraceMiddleware)
    app.include_router(
        health_router(service=service, metrics=metrics, degraded=degraded, checks=checks, has_database=has_database)
    )
    app.openapi = partial(conventional_openapi, app)  # type: ignore[method-assign]
    return metrics


def fastapi_telemetry() -> TelemetryConfig:
    """FastAPI's settings: spans only where a collector is named; never its log records, which hold refused values."""
    return {
        "tracing": telemetry.is_wanted(),
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": _is_health,
    }


def _is_health(scope: MutableMapping[str, Any]) -> bool:
    return scope.get("path") in {"/livez", "/readyz", "/metrics"}
