"""The callback service's HTTP process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.routes import routers as calls_routers
from services.callback.calls.service import reading as calls_reading
from services.callback.calls.service.desk import SUBJECT as CALLBACK
from services.callback.calls.service.desk import CallDesk
from services.callback.opinions.routes import router as opinions_router
from services.callback.opinions.service import reading as opinions_reading
from services.callback.opinions.service.work import SUBJECT as OPINION
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import Governances
from services.callback.settings import Settings
from shared.access.principal import Principal
from shared.http.app import create_fastapi, install
from shared.http.clock_routes import clock_router
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: CallbackChapter}) as runtime:
            app.state.runtime = runtime
            app.state.call_desk = desk(runtime)
            yield

    app = create_fastapi(title="GasDesk 回访服务", lifespan=lifespan)
    install(app, service="callback", metrics=Metrics("callback"))
    for router in calls_routers:
        app.include_router(router)
    app.include_router(opinions_router)
    app.include_router(clock_router("callbacks", CALLBACK, permission="callback.read", ensure_readable=_readable))
    app.include_router(clock_router("opinions", OPINION, permission="opinion.read", ensure_readable=_readable_opinion))
    app.include_router(work_router())
    app.include_router(policy_router())
    return app


def desk(runtime: Runtime) -> CallDesk:
    """What the doors and the worker of the calls need, from what the process holds."""
    return CallDesk(
        governances=Governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        signer=runtime.grant_signer,
        staff=runtime.staff,
    )


async def _readable(session: AsyncSession, principal: Principal, callback_id: UUID) -> None:
    await calls_reading.read(session, callback_id, principal.scope("callback.read"))


async def _readable_opinion(session: AsyncSession, principal: Principal, opinion_id: UUID) -> None:
    await opinions_reading.read(session, opinion_id, principal.scope("opinion.read"))
