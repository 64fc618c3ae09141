"""A platform of its own for a year: an empty database whose time `gasdesk time advance` moves on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from pydantic import SecretStr

from deploy.gasdesk.commands.time import advance
from deploy.gasdesk.provision.database import provision_database, service_url
from deploy.gasdesk.provision.grants import grant_tables
from deploy.gasdesk.provision.schema import migrate
from services.inspection.consumers import handlers
from shared.database import asyncpg_dsn
from shared.events.envelope import ROW, decode, encode
from shared.events.inbox import apply_once
from shared.policy.store import store_packs
from shared.sla.time import Clock, FixedClock
from tests.support.stage import Stage
from tests.support.world import STAFF, Company, World, person_row

ZONE = ZoneInfo("Asia/Shanghai")
SERVICE = "inspection"
MORNING = time(8, 0, 20)
"""Some seconds off the minute, so that what is rounded to minutes is the same in every run."""
_HEARD = f"select {ROW} from outbox where seq > $1 and type = any($2::text[]) order by seq"  # our own names


@dataclass
class Platform:
    """A company's inspection service on a database of its own."""

    stage: Stage
    company: Company
    clock: Clock
    heard: int = 0
    """Place in the outbox up to which the service heard itself."""

    @property
    def today(self) -> datetime:
        """Now, in the company's civil time."""
        return self.clock.now().astimezone(ZONE)

    async def advance(self) -> None:
        """`gasdesk time advance` to the next morning, and every process has noticed."""
        morning = (self.today + timedelta(days=1)).replace(hour=MORNING.hour, minute=0, second=MORNING.second)
        await asyncio.to_thread(advance, f"{int((morning - self.today).total_seconds())}s")
        await self.clock.read_offset()

    async def turn(self, *kinds: str) -> None:
        """What the worker does after a while: clocks are judged, own facts are heard, jobs run, and again."""
        await self.stage.sweep()
        await self.hear_itself()
        for kind in kinds:
            await self.stage.run_job(self.company, kind)
        await self.stage.sweep()
        await self.hear_itself()

    async def hear_itself(self) -> None:
        """The own facts that the service follows (docs/adr/0019), as they travel, through its inbox."""
        runtime = self.stage.runtime
        own = handlers(self.stage.app.state.desk, self.clock.now)
        while rows := await self.stage.pool.fetch(_HEARD, self.heard, sorted(own)):
            for row in rows:
                event = decode(encode(row, SERVICE))
                async with runtime.sessions.begin() as session:
                    await apply_once(
                        session, consumer=SERVICE, event=event, handler=own[event.type], now=self.clock.now()
                    )
                self.heard = row["seq"]


@asynccontextmanager
async def platform(world: World, name: str, begins: datetime, patch: pytest.MonkeyPatch) -> AsyncIterator[Platform]:
    """A fresh database at the morning on which the year begins; the company is the same in each."""
    postgres = world.postgres
    url = postgres.server.url(database=name.replace("-", "_"))
    await provision_database(url, postgres.passwords)
    await migrate(url)
    await grant_tables(url)
    company = await _company(world, url, "year")
    patch.setenv("DATABASE_URL", url)
    patch.setenv("ENVIRONMENT", "test")
    await _begin(url, begins)
    own = SecretStr(service_url(url, SERVICE, postgres.passwords[SERVICE]))
    async with world.client(SERVICE, database_url=own) as client:
        app = world.app_of(client)
        clock = app.state.runtime.clock
        # a stage reads its clock only: this one is moved by the command
        yield Platform(Stage(SERVICE, client, app, cast(FixedClock, clock)), company, clock)


async def _company(world: World, url: str, code: str) -> Company:
    pack = world.packs["xxx-gas"]
    connection: Any = await asyncpg.connect(asyncpg_dsn(url), server_settings={"search_path": SERVICE})
    try:
        await store_packs(connection, world.packs.values(), now=datetime.now(UTC))
        await connection.execute(
            "insert into pack_companies (company, pack, name) values ($1, $2, $1)", code, pack.code
        )
        await connection.executemany(STAFF, [person_row(code, login, pack) for login in pack.common.demo_staff])
    finally:
        await connection.close()
    return Company(code, pack, world.issuer)


async def _begin(url: str, begins: datetime) -> None:
    """Set the clock's offset so that the platform's time is the beginning of the year."""
    connection: Any = await asyncpg.connect(asyncpg_dsn(url))
    seconds = (begins - datetime.now(UTC)) / timedelta(seconds=1)
    try:
        for service in ("customer", "complaint", "callback", "inspection", "incentive"):
            await connection.execute(f"update {service}.clock_offset set seconds = $1", seconds)  # our own names
    finally:
        await connection.close()
