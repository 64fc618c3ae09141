"""A provisioned world for tests: packs stored, keys made, and a company of the test's own with one person per role."""

import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from deploy.gasdesk.embedded.nats import EmbeddedNats
from deploy.gasdesk.provision.everything import load_packs
from shared.access.issuer import LocalIssuer
from shared.access.keys import KeyFolder
from shared.events.topology import SERVICES
from shared.policy.loader import Pack
from shared.policy.model import demo_staff_id
from shared.policy.store import store_packs
from tests.support.servers import TestPostgres

ISSUER = "urn:gasdesk:local"
FRESH_SECONDS = 60.0


@dataclass
class Company:
    """A company of one test's own; `person` gives a demo person's staff id, `token` a bearer for them."""

    code: str
    pack: Pack
    issuer: LocalIssuer
    _tokens: dict[str, tuple[float, str]] = field(
        default_factory=dict, init=False, repr=False, compare=False, kw_only=True
    )

    def person(self, login: str) -> uuid.UUID:
        """The staff id of a login of the pack's demo staff."""
        return demo_staff_id(self.code, login)

    def token(self, login: str) -> str:
        """A token of the last minute: signing one costs more than most requests."""
        made, token = self._tokens.get(login, (0.0, ""))
        if time.monotonic() - made > FRESH_SECONDS or not token:
            token = self.issuer.mint(staff_id=self.person(login), companies=(self.code,), login=f"{login}@{self.code}")
            self._tokens[login] = (time.monotonic(), token)
        return token

    def headers(self, login: str, *, key: str | None = None, version: int | None = None) -> dict[str, str]:
        """Headers of a request: bearer, a fresh idempotency key, If-Match where a version is given."""
        headers = {"Authorization": f"Bearer {self.token(login)}", "Idempotency-Key": key or str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return headers


@dataclass
class World:
    """Servers, packs and keys of one test session."""

    postgres: TestPostgres
    nats: EmbeddedNats
    home: Path
    packs: Mapping[str, Pack]
    issuer: LocalIssuer
    apps: list[FastAPI] = field(default_factory=list)
    _behind: dict[httpx.AsyncClient, FastAPI] = field(default_factory=dict)
    _staffed: list[str] = field(default_factory=list)
    _connections: dict[str, "asyncpg.Connection[asyncpg.Record]"] = field(default_factory=dict)

    def settings(self, service: str, **more: Any) -> Any:
        """Settings of a service's process."""
        import importlib

        kind = importlib.import_module(f"services.{service}.settings").Settings
        usual: dict[str, Any] = {"database_url": self.postgres.url(service), "nats_url": self.nats.url(service)}
        return kind(**{**usual, "environment": "test", "home": self.home, "require_durable": False, **more})

    @asynccontextmanager
    async def app(self, service: str, **more: Any) -> AsyncIterator[FastAPI]:
        """A service's application, started."""
        import importlib

        app = importlib.import_module(f"services.{service}.main").create_app(self.settings(service, **more))
        async with LifespanManager(app, startup_timeout=20, shutdown_timeout=20):
            self.apps.append(app)
            yield app
            self.apps.remove(app)

    def newest(self, service: str) -> FastAPI:
        """The application of a service that was started last: other tests of this process may have one each."""
        return next(app for app in reversed(self.apps) if app.state.service == service)

    @asynccontextmanager
    async def client(self, service: str, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of a started application."""
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(self.app(service, **more))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
            self._behind[client] = app
            yield client
            del self._behind[client]

    def app_of(self, client: httpx.AsyncClient) -> FastAPI:
        """The application behind a client: other tests of this process may have one each, with another clock."""
        return self._behind[client]

    async def company(self, code: str, pack: str = "xxx-gas") -> Company:
        """Make a company run a pack in every schema, with the pack's demo staff."""
        chosen = self.packs[pack]
        staff = [person_row(code, login, chosen) for login in _logins(chosen)]
        for service in SERVICES:
            connection = await self._connection(service)
            await connection.execute(
                "insert into pack_companies (company, pack, name) values ($1, $2, $1) on conflict do nothing",
                code,
                pack,
            )
            await connection.executemany(STAFF, staff)
        self._staffed.append(code)
        for app in self.apps:
            await app.state.runtime.policy.refresh(app.state.runtime.hot)
            await app.state.runtime.staff.refresh()
        return Company(code, chosen, self.issuer)

    async def dismiss(self, code: str) -> None:
        """Let the staff of a test's own companies go: every process reads the whole directory, so it stays small."""
        over = [one for one in self._staffed if one == code or one.startswith(f"{code}-")]
        if over:
            for service in SERVICES:
                connection = await self._connection(service)
                await connection.execute("delete from staff where company = any ($1)", over)
            self._staffed = [one for one in self._staffed if one not in over]

    async def close(self) -> None:
        """Let go of the connections by which companies were made."""
        for connection in self._connections.values():
            connection.terminate()
        self._connections.clear()

    async def _connection(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        kept = self._connections.get(service)
        if kept is None or kept.is_closed():
            kept = self._connections[service] = await asyncpg.connect(self.postgres.dsn(service))
        return kept


STAFF = (
    "insert into staff (id, company, version, state, department, team, superior_id, posts, lines)"
    " values ($1, $2, 1, 'active', $3, $4, $5, $6, $7) on conflict do nothing"
)


def _logins(pack: Pack) -> list[str]:
    return list(pack.common.demo_staff)


def person_row(company: str, login: str, pack: Pack) -> tuple[object, ...]:
    """A demo person as `STAFF` stores them."""
    one = pack.common.demo_staff[login]
    superior = demo_staff_id(company, one.superior) if one.superior else None
    return (
        demo_staff_id(company, login),
        company,
        one.department,
        one.team,
        superior,
        list(one.posts),
        list(one.lines),
    )


async def make_world(postgres: TestPostgres, nats: EmbeddedNats, folder: Path) -> World:
    """Store the packs in every schema and make the keys."""
    packs = load_packs()
    for service in SERVICES:
        connection = await asyncpg.connect(postgres.admin_dsn, server_settings={"search_path": service})
        try:
            await store_packs(connection, packs, now=datetime.now(UTC))
        finally:
            await connection.close()
    keys = KeyFolder(folder / "keys")
    keys.ensure([*SERVICES, "gateway"])
    issuer = LocalIssuer(
        logins=(),
        default_company="xxx-gas",
        password="gasdesk",
        key=keys.signing_key(),
        issuer=ISSUER,
        environment="test",
    )
    return World(postgres, nats, folder, {pack.code: pack for pack in packs}, issuer)
