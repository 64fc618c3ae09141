"""The incentive service's HTTP process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.routes import ROUTERS as ASSESSMENT_ROUTERS
from services.incentive.assessments.service import reading as assessments_reading
from services.incentive.cases.routes import ROUTERS as CASES_ROUTERS
from services.incentive.cases.service import reading as cases_reading
from services.incentive.counters.routes import ROUTERS as COUNTERS_ROUTERS
from services.incentive.desk import open_desk
from services.incentive.indicators.service import FIGURES
from services.incentive.ledger.routes import ROUTERS as LEDGER_ROUTERS
from services.incentive.ledger.service import reading as ledger_reading
from services.incentive.ledger.service.months import HalfWay
from services.incentive.policy import CHAPTER, IncentiveChapter
from services.incentive.proposals.routes import ROUTERS as PROPOSALS_ROUTERS
from services.incentive.proposals.service import reading as proposals_reading
from services.incentive.settings import Settings
from services.incentive.staff.routes import router as staff_router
from shared.access.principal import Principal
from shared.contracts.indicators import Indicator
from shared.figures.asking import FigureAsk
from shared.files.register import StoredFile
from shared.http.app import create_fastapi, install
from shared.http.clock_routes import clock_router
from shared.http.files import file_router
from shared.http.hot_tx import HotTx
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import open_runtime

Guard = Callable[[AsyncSession, Principal, UUID], Awaitable[None]]
NamesFile = Callable[[AsyncSession, Principal, UUID], Awaitable[bool]]

ROUTERS: tuple[APIRouter, ...] = (
    staff_router,
    *ASSESSMENT_ROUTERS,
    *CASES_ROUTERS,
    *COUNTERS_ROUTERS,
    *LEDGER_ROUTERS,
    *PROPOSALS_ROUTERS,
)
"""The doors of the features: one line a feature."""
CLOCKED: dict[str, tuple[str, str, Guard]] = {
    "assessment-months": ("assessment_month", "assessment.read", assessments_reading.ensure_readable),
    "incentive-cases": ("incentive_case", "incentive.read", cases_reading.ensure_readable),
    "incentive-ledger-months": ("ledger_month", "incentive_month.read", ledger_reading.ensure_readable),
    "incentive-proposals": ("incentive_proposal", "incentive_proposal.read", proposals_reading.ensure_readable),
}
"""Resources whose clocks are read at their own address: subject type, permission, guard that hides foreign rows."""
NAMING: tuple[NamesFile, ...] = (cases_reading.names_file, proposals_reading.names_file)
"""Features whose rows name files: whether one that this person may read names the file."""
HALF_WAY: tuple[HalfWay, ...] = (cases_reading.half_way,)
"""Features whose cases of a month may be half-way: the month is not closed over them."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: IncentiveChapter}) as runtime:
            app.state.runtime = runtime
            app.state.desk = open_desk(runtime)
            yield

    app = create_fastapi(title="GasDesk 奖惩与人员服务", lifespan=lifespan)
    app.state.half_way = HALF_WAY
    install(app, service="incentive", metrics=Metrics("incentive"))
    for router in ROUTERS:
        app.include_router(router)
    for plural, (subject, permission, ensure_readable) in CLOCKED.items():
        app.include_router(clock_router(plural, subject, permission=permission, ensure_readable=ensure_readable))
    app.include_router(file_router(write="file.write", read="file.read", may_read=_may_read))
    app.include_router(work_router(partial(_figures, app)))
    app.include_router(policy_router())
    return app


async def _figures(app: FastAPI, _: HotTx, ask: FigureAsk, of_clocks: Sequence[Indicator]) -> list[Indicator]:
    async with app.state.runtime.sessions.begin() as session:
        return await FIGURES.report(session, ask, of_clocks)


async def _may_read(session: AsyncSession, principal: Principal, stored: StoredFile) -> bool:
    for names_file in NAMING:
        if await names_file(session, principal, stored.id):
            return True
    return False
