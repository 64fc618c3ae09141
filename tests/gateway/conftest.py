"""A gateway on a real socket in front of five stand-ins."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from deploy.gasdesk.run.servers import Running
from gateway.breaker import Breaker
from gateway.main import create_app
from gateway.settings import SERVICES, GatewaySettings
from shared.access.issuer import LocalIssuer
from shared.access.keys import KeyFolder
from tests.gateway.standin import Reply, Seen, StandIn, bound

ISSUER = "urn:gasdesk:local"


@dataclass
class Person:
    """Somebody who signs in, as `/v1/staff/me` tells."""

    company: str
    token: str
    staff_id: UUID
    roles: list[str]
    department: str = "service"
    team: str | None = None
    posts: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header."""
        return {"Authorization": f"Bearer {self.token}"}

    def me(self) -> dict[str, Any]:
        """The body of `/v1/staff/me`."""
        return {
            "id": str(self.staff_id),
            "company": self.company,
            "companies": [self.company],
            "login": "somebody",
            "name": "某人",
            "posts": list(self.posts),
            "roles": self.roles,
            "department": self.department,
            "team": self.team,
            "lines": [],
            "acting_for": [],
            "permissions": {},
        }


@dataclass
class House:
    """The gateway under test, its services, and how to sign in."""

    app: FastAPI
    client: httpx.AsyncClient
    services: dict[str, StandIn]
    port: int
    issuer: LocalIssuer
    company: str
    people: dict[str, Person]

    def person(self, *roles: str, **place: Any) -> Person:
        """Sign somebody in with these access roles."""
        staff_id = uuid4()
        token = self.issuer.mint(staff_id=staff_id, companies=(self.company,), login="somebody")
        person = Person(self.company, token, staff_id, list(roles), **place)
        self.people[f"Bearer {token}"] = person
        return person

    async def get(self, person: Person, path: str, **query: Any) -> httpx.Response:
        """Read something as `person`."""
        return await self.client.get(path, params=query, headers=person.headers)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the gateway's keys."""
    folder = tmp_path_factory.mktemp("gateway")
    KeyFolder(folder / "keys").ensure(["gateway"])
    return folder


@pytest.fixture(scope="session")
async def stand_ins() -> AsyncIterator[dict[str, StandIn]]:
    found = {name: StandIn(name) for name in SERVICES}
    for service in found.values():
        await service.start()
    yield found
    await asyncio.gather(*(service.stop() for service in found.values()))


@pytest.fixture
async def services(stand_ins: dict[str, StandIn]) -> dict[str, StandIn]:
    """The five services, as if nobody had told or asked them anything."""
    for service in stand_ins.values():
        service.reset()
        if not service.is_up:
            await service.start()
    return stand_ins


Opening = Callable[..., AbstractAsyncContextManager[House]]


@asynccontextmanager
async def gateway_at(home: Path, services: dict[str, StandIn], **settings: Any) -> AsyncIterator[House]:
    """A gateway of its own on a free port."""
    issuer = LocalIssuer(
        logins=(),
        default_company="",
        password="gasdesk",
        key=KeyFolder(home / "keys").signing_key(),
        issuer=ISSUER,
        environment="test",
    )
    urls = {f"{name}_url": service.url for name, service in services.items()}
    listener = bound()
    port = listener.getsockname()[1]
    app = create_app(GatewaySettings(home=home, port=port, **{**urls, **settings}))
    running = Running("gateway", app, listener)
    await running.ready()
    limits = httpx.Limits(max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=10) as client:
        yield House(app, client, services, port, issuer, "", {})
    running.drain()
    await running.finished()


@pytest.fixture(scope="session")
async def standing_house(home: Path, stand_ins: dict[str, StandIn]) -> AsyncIterator[House]:
    async with gateway_at(home, stand_ins) as house:
        yield house


@pytest.fixture
async def house(standing_house: House, services: dict[str, StandIn], company: str) -> House:
    """The gateway with the default settings, with closed breakers and nothing remembered of the services."""
    clients = standing_house.app.state.runtime.clients
    for client in clients.all:
        client.upstream.breaker = Breaker()
    return furnished(standing_house, company)


@pytest.fixture
def open_house(home: Path, services: dict[str, StandIn], company: str) -> Opening:
    """Opens gateways with settings of the test's own."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[House]:
        async with gateway_at(home, services, **settings) as house:
            yield furnished(house, company)

    return opened


def furnished(house: House, company: str) -> House:
    """The same for this test's company, with its people known to the incentive service."""
    house.company = company

    async def me(seen: Seen) -> Reply:
        return Reply(house.people[seen.values("authorization")[0]].me())

    house.services["incentive"].answers["/v1/staff/me"] = me
    return house
