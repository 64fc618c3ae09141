"""The registry's doors without the rest of the house: the shipped pack, real rows, a clock that stands still."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import date, datetime
from types import SimpleNamespace

import httpx
import pytest

from services.customer.accounts.routes import routers as accounts_routers
from services.customer.accounts.service import contracts
from services.customer.premises.routes import routers as premises_routers
from services.customer.registry.routes import routers as registry_routers
from services.customer.tags.routes import router as tags_router
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.http.app import create_fastapi, install
from shared.http.clock_routes import clock_router
from shared.policy.book import Policy
from shared.sla.calendars import Calendars
from tests.customer.integration.conftest import Rig
from tests.customer.integration.records.desk import Desk
from tests.customer.integration.test_registry_reveal import VERIFIER, person
from tests.support.packs import policy_of


class People:
    """One person per role, and one per post that shares a role."""

    def __init__(self, company: str) -> None:
        self.known = {role.value: person(company, role) for role in Role}
        for login, post, role in (
            ("meter_reader", "meter_reader", Role.CLERK),
            ("order_clerk", "order_clerk", Role.CLERK),
            ("committee", "service_management_committee", Role.OFFICE),
        ):
            self.known[login] = dataclasses.replace(person(company, role), login=login, posts=(post,))

    async def principal(self, token: str, *, on: date) -> Principal:
        assert on.year >= 2026
        return self.known[token]


class InForce:
    """The shipped pack, for the test's own company."""

    def __init__(self, company: str) -> None:
        self.found = policy_of("xxx-gas", company)

    def policy(self, company: str, at: datetime) -> Policy:
        assert company == self.found.company
        assert at.tzinfo is not None
        return self.found


@pytest.fixture
async def desk(rig: Rig, company: str) -> AsyncIterator[Desk]:
    """The doors of the registry and of the features that were split out of it."""
    app = create_fastapi(title="customer")
    app.state.runtime = SimpleNamespace(
        sessions=rig.sessions,
        hot=rig.pool,
        engine=rig.engine,
        clock=rig.clock,
        calendars=Calendars(),
        principals=People(company),
        cursor_key=bytes(32),
        cipher=rig.vault.cipher,
        blind_index=rig.vault.index,
        grants=VERIFIER,
        policy=InForce(company),
    )
    install(app, service="customer", has_database=False)
    for router in (*registry_routers, tags_router, *premises_routers, *accounts_routers):
        app.include_router(router)
    app.include_router(
        clock_router(
            "contracts", contracts.SUBJECT, permission=contracts.READ, ensure_readable=contracts.ensure_readable
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://customer") as client:
        yield Desk(client, rig, company)
