"""The incentive service behind its real door: real database, real projection, demo staff of the shipped pack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from services.incentive.staff.routes import router
from services.incentive.staff.service.seeding import seed_demo_staff
from shared.access.principal import Principal, principal_of
from shared.access.staff import StaffDirectory
from shared.access.tokens import Claims
from shared.database import HotPool, create_engine, create_hot_pool, create_sessions
from shared.events.topology import SERVICES
from shared.http.app import create_fastapi, install
from shared.policy.book import Policy, Revision
from shared.policy.loader import SHIPPED, load_pack
from shared.policy.model import ChapterHeader, CommonChapter, demo_staff_id
from tests.support.servers import TestPostgres
from tests.support.stage import Stage, open_stage
from tests.support.world import Company, World

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai: the stage's clock stands there, so that no test depends on the hour."""


class AnyChapter(ChapterHeader):
    """Whatever the other services' chapters say."""

    model_config = ConfigDict(extra="allow")


@cache
def shipped_common() -> CommonChapter:
    return load_pack(SHIPPED / "xxx-gas", dict.fromkeys(SERVICES, AnyChapter)).common


@dataclass
class StandingClock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class LoginTokens:
    """The token is the login; standing comes from the projection, as in service."""

    company: str
    directory: StaffDirectory
    common: CommonChapter

    async def principal(self, token: str, *, on: date) -> Principal:
        claims = Claims(demo_staff_id(self.company, token), (self.company,), token, str(uuid4()), 2**31)
        return principal_of(claims, await self.directory.refresh(), lambda _: self.common.role_of_post, on=on)


@dataclass
class InForce:
    company: str
    common: CommonChapter

    def policy(self, company: str, at: datetime) -> Policy:
        assert company == self.company
        return Policy(company, "xxx-gas", at.date(), {"common": Revision(self.common, "")})


@dataclass
class Rig:
    """The service's engine and pool; one directory for all tests, so that each reads its own company only."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    pool: HotPool
    directory: StaffDirectory


@dataclass
class House:
    """One demo company."""

    rig: Rig
    company: str
    common: CommonChapter
    clock: StandingClock
    client: httpx.AsyncClient

    def id_of(self, login: str) -> UUID:
        return demo_staff_id(self.company, login)

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        async with self.rig.sessions.begin() as session:
            return [dict(row) for row in (await session.execute(text(statement), values)).mappings()]

    async def facts(self, staff_id: UUID) -> list[dict[str, Any]]:
        return await self.rows(
            "select type, aggregate_type, aggregate_version, payload, routing, actor from outbox"
            " where aggregate_id = :id order by seq",
            id=staff_id,
        )

    async def get(self, login: str, path: str, **query: Any) -> httpx.Response:
        return await self.client.get(f"/v1{path}", params=query, headers={"Authorization": f"Bearer {login}"})

    async def post(
        self, login: str, path: str, body: Any, *, version: int | None = None, key: str = ""
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {login}", "Idempotency-Key": key or str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self.client.post(f"/v1{path}", json=body, headers=headers)

    async def patch(self, login: str, path: str, body: Any, *, version: int) -> httpx.Response:
        headers = {"Authorization": f"Bearer {login}", "If-Match": f'"{version}"'}
        return await self.client.patch(f"/v1{path}", json=body, headers=headers)


@pytest.fixture(scope="session")
async def rig(postgres: TestPostgres) -> AsyncIterator[Rig]:
    url = postgres.url("incentive")
    engine = create_engine(url, application_name="test", schema="incentive")
    pool = await create_hot_pool(url, application_name="test", schema="incentive")
    yield Rig(engine, create_sessions(engine), pool, StaffDirectory(pool))
    await pool.close()
    await engine.dispose()


@pytest.fixture
async def house(rig: Rig, company: str) -> AsyncIterator[House]:
    common = shipped_common()
    async with rig.sessions.begin() as session:
        await seed_demo_staff(session, company=company, common=common, now=NOW)
    app = create_fastapi(title="incentive")
    clock = StandingClock()
    app.state.runtime = SimpleNamespace(
        sessions=rig.sessions,
        hot=rig.pool,
        engine=rig.engine,
        clock=clock,
        principals=LoginTokens(company, rig.directory, common),
        cursor_key=bytes(32),
        policy=InForce(company, common),
    )
    install(app, service="incentive", has_database=False)
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://incentive") as client:
        yield House(rig, company, common, clock, client)


@pytest.fixture(scope="session")
async def incentive_app(world: World) -> AsyncIterator[Stage]:
    """The service, its clock and a client, for the whole session."""
    async with open_stage(world, "incentive", TUESDAY) as stage:
        yield stage


@pytest.fixture
def stage(incentive_app: Stage) -> Stage:
    """The same, with the clock set back."""
    incentive_app.clock.set(TUESDAY)
    return incentive_app


@pytest.fixture
async def gas(world: World, stage: Stage, company: str) -> Company:
    """A company that runs the primary pack."""
    return await world.company(company)


@pytest.fixture
async def chaohu(world: World, stage: Stage, company: str) -> Company:
    """A company of four tiers."""
    return await world.company(f"{company}-c", "chaohu")
