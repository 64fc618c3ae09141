"""The complaint service's HTTP process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.appeals.routes import router as appeals_router
from services.complaint.appeals.service import reading as appeals_reading
from services.complaint.appeals.service.work import SUBJECT as APPEAL
from services.complaint.cases.routes import router as cases_router
from services.complaint.cases.service.desk import CaseDesk
from services.complaint.cases.service.governing import Governances
from services.complaint.cases.service.intake import Sealing
from services.complaint.cases.service.reading import ensure_readable, names_file
from services.complaint.findings.routes import router as findings_router
from services.complaint.findings.service import reading as findings_reading
from services.complaint.policy import CHAPTER, ComplaintChapter
from services.complaint.settings import Settings
from services.complaint.verdicts.routes import router as verdicts_router
from shared.access.principal import Principal
from shared.files.register import StoredFile
from shared.http.app import create_fastapi, install
from shared.http.clock_routes import clock_router
from shared.http.files import file_router
from shared.http.policy_routes import policy_router
from shared.http.work_routes import work_router
from shared.observability.metrics import Metrics
from shared.runtime.runtime import Runtime, open_runtime


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: ComplaintChapter}) as runtime:
            app.state.runtime = runtime
            app.state.case_desk = desk(runtime)
            yield

    app = create_fastapi(title="GasDesk 投诉服务", lifespan=lifespan)
    install(app, service="complaint", metrics=Metrics("complaint"))
    # before the cases: /v1/complaints/responsible-persons is no case's id
    app.include_router(findings_router)
    app.include_router(verdicts_router)
    app.include_router(appeals_router)
    app.include_router(cases_router)
    app.include_router(clock_router("complaints", "complaint", permission="complaint.read", ensure_readable=_readable))
    app.include_router(clock_router("appeals", APPEAL, permission="appeal.read", ensure_readable=_readable_appeal))
    app.include_router(file_router(write="file.write", read="file.read", may_read=_may_read))
    app.include_router(work_router())
    app.include_router(policy_router())
    return app


def desk(runtime: Runtime) -> CaseDesk:
    """What the doors of the cases need, from what the process holds."""
    return CaseDesk(
        governances=Governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        sealing=Sealing(runtime.cipher, runtime.blind_index),
        signer=runtime.grant_signer,
    )


async def _readable(session: AsyncSession, principal: Principal, complaint_id: UUID) -> None:
    await ensure_readable(session, complaint_id, principal.scope("complaint.read"))


async def _readable_appeal(session: AsyncSession, principal: Principal, appeal_id: UUID) -> None:
    await appeals_reading.shown(session, appeal_id, principal.scope("appeal.read"))


async def _may_read(session: AsyncSession, principal: Principal, stored: StoredFile) -> bool:
    scope = principal.scope("complaint.read")
    if await names_file(session, stored.id, scope) or await findings_reading.names_file(session, stored.id, scope):
        return True
    if not principal.allows("appeal.read"):
        return False
    return await appeals_reading.names_file(session, stored.id, principal.scope("appeal.read"))
