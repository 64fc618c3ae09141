"""The customer service's HTTP process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.customer.contacts.routes import router as contacts_router
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.registry.routes import routers as registry_routers
from services.customer.settings import Settings
from services.customer.tiering.routes import router as tiering_router
from shared.http.app import create_fastapi, install
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import open_runtime


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: CustomerChapter}) as runtime:
            app.state.runtime = runtime
            yield

    app = create_fastapi(title="GasDesk 客户服务", lifespan=lifespan)
    install(app, service="customer", metrics=Metrics("customer"))
    app.include_router(contacts_router)
    for router in registry_routers:
        app.include_router(router)
    app.include_router(tiering_router)
    app.include_router(work_router())
    app.include_router(policy_router())
    return app
