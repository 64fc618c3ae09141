"""The callback service's HTTP process: until its features come, work, indicators, policy and health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.callback.settings import Settings
from shared.http.app import create_fastapi, install
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import open_runtime


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {}) as runtime:
            app.state.runtime = runtime
            yield

    app = create_fastapi(title="GasDesk 回访服务", lifespan=lifespan)
    install(app, service="callback", metrics=Metrics("callback"))
    app.include_router(work_router())
    app.include_router(policy_router())
    return app
