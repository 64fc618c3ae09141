"""`/livez`, `/readyz` and `/metrics`: what an orchestrator asks of every process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from shared.database.outage import DATABASE_AWAY
from shared.observability.logging import describe
from shared.observability.metrics import CONTENT_TYPE, Metrics

Check = Callable[[], Awaitable[str | None]]
"""Answers why something is not well, or None."""
Degraded = Callable[[], list[str]]
"""Names of parts that are away while requests are still served (the broker: the outbox buffers)."""

log = structlog.get_logger(__name__)

_TIMEOUT = 2.0
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
_STATE = """
select (select version_num from alembic_version) as revision,
       coalesce((select array_agg(name order by name) from pg_settings
                 where name = any ($1) and setting not in ('on', 'remote_apply', 'remote_write')), '{}') as unsafe
"""


def health_router(
    *,
    service: str,
    metrics: Metrics,
    degraded: Degraded | None = None,
    checks: Mapping[str, Check] | None = None,
    has_database: bool = True,
) -> APIRouter:
    """The three routes.  `/livez` never touches anything; a broker outage leaves the process ready but degraded."""
    router = APIRouter(include_in_schema=False)
    head: list[str] = []

    @router.get("/livez")
    async def livez() -> Response:
        return JSONResponse({"status": "live"})

    @router.get("/readyz")
    async def readyz(request: Request) -> Response:
        if has_database and not head:
            head.append(await asyncio.to_thread(_head_of, service))
        found = {name: await _run(check) for name, check in (checks or {}).items()}
        if has_database:
            found["database"] = await _run(lambda: check_database(request.app.state.runtime, head[0]))
        if getattr(request.app.state, "is_draining", False):
            found["process"] = "draining"
        away = degraded() if degraded is not None else []
        is_ready = not any(found.values())
        status = "unready" if not is_ready else "degraded" if away else "ready"
        body = {
            "status": status,
            "checks": {name: reason or "ok" for name, reason in found.items()},
            "degraded": away,
        }
        return JSONResponse(body, 200 if is_ready else 503)

    @router.get("/metrics")
    async def read_metrics() -> Response:
        return Response(metrics.render(), media_type=CONTENT_TYPE)

    return router


def _head_of(service: str) -> str:
    from shared.database.migrate import head_of

    return head_of(service)


async def check_database(runtime: Any, head: str) -> str | None:
    """Whether the schema is the one this code knows and commits survive a crash (`require_durable`)."""
    row = await runtime.hot.fetchrow(_STATE, list(_DURABLE), timeout=_TIMEOUT)
    if row["revision"] != head:
        return f"schema is at {row['revision']}, this code needs {head}"
    if runtime.settings.require_durable and row["unsafe"]:
        return f"not durable: {', '.join(row['unsafe'])}"
    return None


async def _run(check: Check) -> str | None:
    try:
        async with asyncio.timeout(_TIMEOUT):
            return await check()
    except DATABASE_AWAY as error:
        log.warning("health.check_failed", **describe(error))
        return type(error).__name__
