"""The customer service's HTTP process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts.routes import routers as accounts_routers
from services.customer.accounts.service import contracts
from services.customer.contacts.routes import routers as contacts_routers
from services.customer.contacts.service import handing, noticing
from services.customer.entry_quality.routes import routers as entry_quality_routers
from services.customer.entry_quality.service.clocks import CLOCKED as ENTRY_CLOCKED
from services.customer.groups.routes import routers as groups_routers
from services.customer.indicators.routes import router as indicators_router
from services.customer.indicators.service.figures import report
from services.customer.merging.routes import routers as merging_routers
from services.customer.orders.routes import routers as orders_routers
from services.customer.orders.service.clocks import SUBJECT as ORDER
from services.customer.orders.service.reading import READ as READ_ORDER
from services.customer.orders.service.reading import ensure_readable as ensure_order_readable
from services.customer.plans.routes import router as plans_router
from services.customer.plans.service import reading as plans_reading
from services.customer.plans.service.work import SUBJECT as SERVICE_PLAN
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.premises.routes import routers as premises_routers
from services.customer.readings.routes import routers as readings_routers
from services.customer.readings.service import reading
from services.customer.registry.routes import routers as registry_routers
from services.customer.safety.routes import routers as safety_routers
from services.customer.safety.service import desk as safety_desk
from services.customer.safety.service import reading as safety_reading
from services.customer.safety.service.finding import SUBJECT as HAZARD
from services.customer.serving.routes import routers as serving_routers
from services.customer.settings import Settings
from services.customer.settlement.routes import routers as settlement_routers
from services.customer.supply.routes import router as supply_router
from services.customer.supply.service import interrupting
from services.customer.tags.routes import router as tags_router
from services.customer.tiering.routes import router as tiering_router
from services.customer.tiering.service import deciding as tier_deciding
from services.customer.tiering.service.clocks import SUBJECT as TIER_PROPOSAL
from services.customer.timeline.routes import router as timeline_router
from services.customer.write_rights.routes import GUARDED
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

GUARDED_ROUTERS = (
    *(*groups_routers, *serving_routers, *merging_routers),
    *(*registry_routers, tags_router, *premises_routers, *accounts_routers),
)
"""Doors at which a withdrawn right to enter data is refused."""
ROUTERS = (
    *(*contacts_routers, timeline_router, supply_router, *readings_routers),
    *(*entry_quality_routers, tiering_router, plans_router),
    *(*orders_routers, *settlement_routers, *safety_routers, indicators_router),
)
CLOCKED = {
    **ENTRY_CLOCKED,
    "contracts": (contracts.SUBJECT, contracts.READ, contracts.ensure_readable),
    "customer-notices": (noticing.SUBJECT, noticing.READ, noticing.ensure_readable),
    "hand-overs": (handing.SUBJECT, handing.READ, handing.ensure_readable),
    "hazards": (HAZARD, safety_desk.READ, safety_reading.ensure_hazard_readable),
    "orders": (ORDER, READ_ORDER, ensure_order_readable),
    "service-plans": (SERVICE_PLAN, "service_plan.read", plans_reading.ensure_readable),
    "supply-interruptions": (interrupting.SUBJECT, interrupting.READ, interrupting.ensure_readable),
    "tier-proposals": (TIER_PROPOSAL, "tier.read", tier_deciding.ensure_readable),
}
"""Subjects whose clocks are read at their own address: subject type, permission, guard."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; nothing is opened before its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_runtime(settings or Settings(), {CHAPTER: CustomerChapter}) as runtime:
            app.state.runtime = runtime
            yield

    app = create_fastapi(title="GasDesk 客户服务", lifespan=lifespan)
    install(app, service="customer", metrics=Metrics("customer"))
    for router in GUARDED_ROUTERS:
        app.include_router(router, dependencies=GUARDED)
    for router in ROUTERS:
        app.include_router(router)
    for plural, (subject, permission, ensure_readable) in CLOCKED.items():
        app.include_router(clock_router(plural, subject, permission=permission, ensure_readable=ensure_readable))
    app.include_router(work_router(partial(_figures, app)))
    app.include_router(file_router(write="file.write", read="file.read", may_read=_may_read))
    app.include_router(policy_router())
    return app


async def _figures(app: FastAPI, hot: HotTx, ask: FigureAsk, of_clocks: Sequence[Indicator]) -> list[Indicator]:
    async with app.state.runtime.sessions.begin() as session:
        return await report(hot, session, ask, of_clocks)


NAMING = {
    noticing.READ: noticing.names_file,
    "reading.read": reading.names_file,
    safety_desk.READ: safety_reading.names_file,
}
"""Rows that name files, by the permission that shows them."""


async def _may_read(session: AsyncSession, principal: Principal, stored: StoredFile) -> bool:
    for permission, names_file in NAMING.items():
        if principal.allows(permission) and await names_file(session, stored.id, principal.companies):
            return True
    return False
