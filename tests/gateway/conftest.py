"""A gateway on a real socket in front of five stand-ins."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from deploy.gasdesk.run.servers import Running
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


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyFolder]:
    folder = KeyFolder(tmp_path / "keys")
    folder.ensure(["gateway"])
    yield folder


@pytest.fixture(scope="session")
async def stand_ins() -> AsyncIterator[dict[str, StandIn]]:
    found = {name: StandIn(name) for name in SERVICES}
    yield found
    await asyncio.gather(*(service.stop() for service in found.values()))


@pytest.fixture
async def services(stand_ins: dict[str, StandIn]) -> dict[str, StandIn]:
    for service in stand_ins.values():
        service.reset()
        if not service.is_up:
            await service.start()
    return stand_ins


Opening = Callable[..., Any]


@pytest.fixture
def open_house(tmp_path: Path, keys: KeyFolder, services: dict[str, StandIn], company: str) -> Callable[..., Any]:
    issuer = LocalIssuer(
        logins=(),
        default_company=company,
        password="gasdesk",
        key=keys.signing_key(),
        issuer=ISSUER,
        environment="test",
    )

    @asynccontextmanager
    async def opened(*, nats_url: str = "", **settings: Any) -> AsyncIterator[House]:
        people: dict[str, Person] = {}

        async def me(seen: Seen) -> Reply:
            return Reply(people[seen.values("authorization")[0]].me())

        services["incentive"].answers["/v1/staff/me"] = me
        urls = {f"{name}_url": service.url for name, service in services.items()}
        listener = bound()
        port = listener.getsockname()[1]
        given = GatewaySettings(home=tmp_path, port=port, nats_url=SecretStr(nats_url), **{**urls, **settings})
        app = create_app(given)
        running = Running("gateway", app, listener)
        await running.ready()
        limits = httpx.Limits(max_keepalive_connections=50)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=10) as client:
            yield House(app, client, services, port, issuer, company, people)
        running.drain()
        await running.finished()

    return opened


@pytest.fixture
async def house(open_house: Opening) -> AsyncIterator[House]:
    async with open_house() as opened:
        yield opened
