"""The complaint service's HTTP process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
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
from services.complaint.delegation.errors import AuthorisationNotFoundError
from services.complaint.delegation.routes import routers as delegation_routers
from services.complaint.delegation.rules.states import AuthorisationState
from services.complaint.delegation.service import reading as delegation_reading
from services.complaint.delegation.service.work import SUBJECT as AUTHORISATION
from services.complaint.dossier.routes import router as dossier_router
from services.complaint.dossier.service import files as dossier_files
from services.complaint.findings.routes import router as findings_router
from services.complaint.findings.service import reading as findings_reading
from services.complaint.indicators.routes import router as indicators_router
from services.complaint.indicators.service.figures import report as figures
from services.complaint.policy import CHAPTER, ComplaintChapter
from services.complaint.redress.routes import router as redress_router
from services.complaint.redress.service import reading as redress_reading
from services.complaint.redress.service.work import SUBJECT as REDRESS
from services.complaint.settings import Settings
from services.complaint.verdicts.routes import router as verdicts_router
from shared.access.principal import Principal
from shared.access.scope import RowScope
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
    app.include_router(dossier_router)
    for router in delegation_routers:
        app.include_router(router)
    app.include_router(clock_router("complaints", "complaint", permission="complaint.read", ensure_readable=_readable))
    app.include_router(clock_router("appeals", APPEAL, permission="appeal.read", ensure_readable=_readable_appeal))
    app.include_router(
        clock_router(
            "authorisations", AUTHORISATION, permission="authorisation.read", ensure_readable=_readable_authorisation
        )
    )
    app.include_router(file_router(write="file.write", read="file.read", may_read=partial(_may_read, app)))
    app.include_router(indicators_router)
    app.include_router(redress_router)
    app.include_router(clock_router("redress", REDRESS, permission="redress.read", ensure_readable=_readable_redress))
    app.include_router(work_router(figures))
    app.include_router(policy_router())
    return app


def desk(runtime: Runtime) -> CaseDesk:
    """What the doors of the cases need, from what the process holds."""
    return CaseDesk(
        governances=Governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        sealing=Sealing(runtime.cipher, runtime.blind_index),
        signer=runtime.grant_signer,
        staff=runtime.staff,
        is_authorised=_is_authorised,
    )


async def _is_authorised(session: AsyncSession, company: str, complaint_id: UUID, authorisation_id: UUID) -> bool:
    try:
        found = await delegation_reading.shown(session, authorisation_id, RowScope.everything(company))
    except AuthorisationNotFoundError:
        return False
    return found.row.complaint_id == complaint_id and found.row.state in (
        AuthorisationState.EXECUTED,
        AuthorisationState.COMPLETED,
    )


async def _readable(session: AsyncSession, principal: Principal, complaint_id: UUID) -> None:
    await ensure_readable(session, complaint_id, principal.scope("complaint.read"))


async def _readable_appeal(session: AsyncSession, principal: Principal, appeal_id: UUID) -> None:
    await appeals_reading.shown(session, appeal_id, principal.scope("appeal.read"))


async def _readable_authorisation(session: AsyncSession, principal: Principal, authorisation_id: UUID) -> None:
    await delegation_reading.shown(session, authorisation_id, principal.scope("authorisation.read"))


async def _readable_redress(session: AsyncSession, principal: Principal, redress_id: UUID) -> None:
    await redress_reading.read(session, redress_id, principal.scope("redress.read"))


async def _may_read(app: FastAPI, session: AsyncSession, principal: Principal, stored: StoredFile) -> bool:
    scope = principal.scope("complaint.read")
    viewer = app.state.case_desk.viewer(principal, app.state.runtime.clock.now())
    if await dossier_files.names_file(session, stored.id, principal, viewer):
        return True
    if await names_file(session, stored.id, scope, viewer) or await findings_reading.names_file(
        session, stored.id, scope
    ):
        return True
    if principal.allows("authorisation.read") and await delegation_reading.names_file(
        session, stored.id, principal.scope("authorisation.read")
    ):
        return True
    if principal.allows("redress.read") and await redress_reading.names_file(
        session, stored.id, principal.scope("redress.read")
    ):
        return True
    if not principal.allows("appeal.read"):
        return False
    return await appeals_reading.names_file(session, stored.id, principal.scope("appeal.read"))
