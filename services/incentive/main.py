"""The incentive service's HTTP process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.incentive.policy import CHAPTERS
from services.incentive.settings import Settings
from services.incentive.staff.routes import router as staff_router
from shared.http.app import create_fastapi, install
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import open_runtime


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), CHAPTERS) as runtime:
            app.state.runtime = runtime
            yield

    app = create_fastapi(title="GasDesk 奖惩与人员服务", lifespan=lifespan)
    install(app, service="incentive", metrics=Metrics("incentive"))
    app.include_router(staff_router)
    app.include_router(work_router())
    app.include_router(policy_router())
    return app
