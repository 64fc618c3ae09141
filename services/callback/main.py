"""The callback service's HTTP process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.routes import routers as calls_routers
from services.callback.calls.service import reading as calls_reading
from services.callback.calls.service.desk import SUBJECT as CALLBACK
from services.callback.calls.service.desk import CallDesk
from services.callback.care.routes import routers as care_routers
from services.callback.care.service import giving, greeting
from services.callback.entitlements.routes import routers as entitlements_routers
from services.callback.entitlements.service import evaluating
from services.callback.entitlements.service import reading as evaluations_reading
from services.callback.indicators.service import figures
from services.callback.messages.routes import routers as messages_routers
from services.callback.opinions.routes import router as opinions_router
from services.callback.opinions.service import reading as opinions_reading
from services.callback.opinions.service.work import SUBJECT as OPINION
from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_in_force import open_governances
from services.callback.quality.routes import routers as quality_routers
from services.callback.quality.rules.states import SUBJECT as CALL_REVIEW
from services.callback.quality.service import reading as quality_reading
from services.callback.settings import Settings
from services.callback.supervision.routes import READ as SUPERVISION_READ
from services.callback.supervision.routes import router as supervision_router
from services.callback.supervision.rules import SUBJECT as SUPERVISION_OPINION
from services.callback.supervision.service import reading as supervision_reading
from services.callback.surveys.routes import routers as surveys_routers
from services.callback.surveys.service import reading as surveys_reading
from services.callback.surveys.service.desk import SUBJECT as SURVEY
from services.callback.surveys.service.desk import open_desk as open_survey_desk
from services.callback.visits.routes import routers as visits_routers
from services.callback.visits.service import desk as visits_desk
from services.callback.visits.service import reading as visits_reading
from services.callback.visits.service.desk import VisitDesk
from shared.access.principal import Principal
from shared.contracts.indicators import Indicator
from shared.figures.asking import FigureAsk
from shared.files.register import StoredFile
from shared.http.app import create_fastapi, install
from shared.http.clock_routes import clock_router
from shared.http.files import file_router
from shared.http.hot_tx import HotTx
from shared.http.policy_routes import policy_router
from shared.http.rates import Rates
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime

CLOCKED = {
    "account-evaluations": (evaluating.SUBJECT, evaluating.READ, evaluations_reading.ensure_readable),
    "visits": (visits_desk.SUBJECT, visits_desk.READ, visits_reading.ensure_readable),
}
"""Subjects whose clocks are read at their own address: subject type, permission, guard."""
NAMING = {visits_desk.READ: visits_reading.names_file}
"""Rows that name files, by the permission that shows them."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        chosen = settings or Settings()
        async with open_runtime(chosen, {CHAPTER: CallbackChapter}) as runtime:
            app.state.runtime = runtime
            app.state.call_desk = desk(runtime)
            app.state.visit_desk = visit_desk(runtime)
            app.state.survey_desk = open_survey_desk(runtime, chosen.customers_url)
            app.state.public_rates = Rates(burst=chosen.public_burst, per_minute=chosen.public_per_minute)
            yield

    app = create_fastapi(title="GasDesk 回访服务", lifespan=lifespan)
    install(app, service="callback", metrics=Metrics("callback"))
    for router in calls_routers:
        app.include_router(router)
    app.include_router(opinions_router)
    for router in (*messages_routers, *care_routers):
        app.include_router(router)
    app.include_router(
        clock_router("greetings", "greeting", permission="greeting.read", ensure_readable=_readable_greeting)
    )
    app.include_router(clock_router("gifts", giving.SUBJECT, permission="gift.read", ensure_readable=_readable_gift))
    app.include_router(clock_router("callbacks", CALLBACK, permission="callback.read", ensure_readable=_readable))
    app.include_router(clock_router("opinions", OPINION, permission="opinion.read", ensure_readable=_readable_opinion))
    for router in surveys_routers:
        app.include_router(router)
    app.include_router(clock_router("surveys", SURVEY, permission="survey.read", ensure_readable=_readable_survey))
    for router in (*visits_routers, *entitlements_routers):
        app.include_router(router)
    for plural, (subject, permission, ensure_readable) in CLOCKED.items():
        app.include_router(clock_router(plural, subject, permission=permission, ensure_readable=ensure_readable))
    for router in quality_routers:
        app.include_router(router)
    app.include_router(supervision_router)
    app.include_router(
        clock_router(
            "supervision-opinions",
            SUPERVISION_OPINION,
            permission=SUPERVISION_READ,
            ensure_readable=_readable_supervision,
        )
    )
    app.include_router(
        clock_router("call-reviews", CALL_REVIEW, permission="call_review.read", ensure_readable=_readable_review)
    )
    app.include_router(file_router(write="file.write", read="file.read", may_read=_may_read))
    app.include_router(work_router(partial(_figures, app)))
    app.include_router(policy_router())
    return app


def desk(runtime: Runtime) -> CallDesk:
    """What the doors and the worker of the calls need, from what the process holds."""
    return CallDesk(
        governances=open_governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        signer=runtime.grant_signer,
        staff=runtime.staff,
    )


def visit_desk(runtime: Runtime) -> VisitDesk:
    """What the doors and the worker of the visits need, from what the process holds."""
    return VisitDesk(
        governances=open_governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        staff=runtime.staff,
    )


async def _figures(app: FastAPI, _: HotTx, ask: FigureAsk, of_clocks: Sequence[Indicator]) -> list[Indicator]:
    runtime = app.state.runtime
    async with runtime.sessions.begin() as session:
        own = figures(open_governances(runtime.policy, runtime.calendars))
        return await own.report(session, ask, of_clocks)


async def _may_read(session: AsyncSession, principal: Principal, stored: StoredFile) -> bool:
    for permission, names_file in NAMING.items():
        if principal.allows(permission) and await names_file(session, stored.id, principal.scope(permission)):
            return True
    return False


async def _readable(session: AsyncSession, principal: Principal, callback_id: UUID) -> None:
    await calls_reading.read(session, callback_id, principal.scope("callback.read"))


async def _readable_opinion(session: AsyncSession, principal: Principal, opinion_id: UUID) -> None:
    await opinions_reading.read(session, opinion_id, principal.scope("opinion.read"))


async def _readable_survey(session: AsyncSession, principal: Principal, survey_id: UUID) -> None:
    await surveys_reading.read(session, survey_id, principal.scope("survey.read"))


async def _readable_greeting(session: AsyncSession, principal: Principal, greeting_id: UUID) -> None:
    await greeting.read(session, greeting_id, principal.scope("greeting.read"))


async def _readable_gift(session: AsyncSession, principal: Principal, gift_id: UUID) -> None:
    await giving.read(session, gift_id, principal.scope("gift.read"))


async def _readable_review(session: AsyncSession, principal: Principal, review_id: UUID) -> None:
    await quality_reading.read(session, review_id, principal.scope("call_review.read"))


async def _readable_supervision(session: AsyncSession, principal: Principal, opinion_id: UUID) -> None:
    await supervision_reading.read(session, opinion_id, principal.scope(SUPERVISION_READ))
