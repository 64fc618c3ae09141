"""The inspection service's HTTP process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from fastapi import APIRouter, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import open_desk
from services.inspection.facts.routes import router as facts_router
from services.inspection.findings.routes import router as findings_router
from services.inspection.findings.service import reading as findings_reading
from services.inspection.improvement.routes import ROUTERS as IMPROVEMENT_ROUTERS
from services.inspection.improvement.service import reading as improvement_reading
from services.inspection.indicators.service import FIGURES
from services.inspection.inspections.routes import ROUTERS as INSPECTIONS_ROUTERS
from services.inspection.inspections.service import reading as inspections_reading
from services.inspection.notices.routes import ROUTERS as NOTICES_ROUTERS
from services.inspection.notices.service import reading as notices_reading
from services.inspection.policy import CHAPTER, InspectionChapter
from services.inspection.programme.routes import ROUTERS as PROGRAMME_ROUTERS
from services.inspection.programme.service import reading as programme_reading
from services.inspection.reports.routes import ROUTERS as REPORTS_ROUTERS
from services.inspection.reports.service import reading as reports_reading
from services.inspection.settings import Settings
from services.inspection.supervisors.routes import ROUTERS as SUPERVISORS_ROUTERS
from services.inspection.supervisors.service import reading as supervisors_reading
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
    facts_router,
    *PROGRAMME_ROUTERS,
    *INSPECTIONS_ROUTERS,
    findings_router,
    *NOTICES_ROUTERS,
    *SUPERVISORS_ROUTERS,
    *IMPROVEMENT_ROUTERS,
    *REPORTS_ROUTERS,
)
"""The doors of the features: one line a feature."""
CLOCKED: dict[str, tuple[str, str, Guard]] = {
    "inspection-plans": ("inspection_plan", "inspection.read", programme_reading.ensure_plan_readable),
    "planned-inspections": ("planned_inspection", "inspection.read", programme_reading.ensure_planned_readable),
    "inspections": ("inspection", "inspection.read", inspections_reading.ensure_readable),
    "findings": ("inspection_finding", "finding.read", findings_reading.ensure_readable),
    "notices": ("notice", "notice.read", notices_reading.ensure_readable),
    "supervisors": ("social_supervisor", "supervisor.read", supervisors_reading.ensure_member_readable),
    "supervisor-activities": ("supervisor_activity", "supervisor.read", supervisors_reading.ensure_activity_readable),
    "observations": ("observation", "observation.read", supervisors_reading.ensure_observation_readable),
    **improvement_reading.CLOCKED,
    "monthly-summaries": ("monthly_summary", "summary.read", reports_reading.ensure_summary_readable),
    "themed-reports": ("themed_report", "themed_report.read", reports_reading.ensure_report_readable),
}
"""Resources whose clocks are read at their own address: subject type, permission, guard that hides foreign rows."""
NAMING: tuple[NamesFile, ...] = (
    inspections_reading.names_file,
    findings_reading.names_file,
    notices_reading.names_file,
    improvement_reading.names_file,
    supervisors_reading.names_file,
    reports_reading.names_file,
)
"""Features whose rows name files: whether one that this person may read names the file."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: InspectionChapter}) as runtime:
            app.state.runtime = runtime
            app.state.desk = open_desk(runtime)
            app.state.may_read_file = _may_read
            yield

    app = create_fastapi(title="GasDesk 服务检查服务", lifespan=lifespan)
    install(app, service="inspection", metrics=Metrics("inspection"))
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
