"""What the clock's database tests share: a pool, sessions and a book in the schema of inspection."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.contracts.base import Routing
from shared.database import create_engine, create_hot_pool, create_sessions
from shared.ids import new_id
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Promise, Subject, Unit
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from shared.sla.views import ClockView
from tests.shared.sla.calendars import at, chinese, office
from tests.support.servers import TestPostgres

SCHEMA = "inspection"


@pytest.fixture(scope="session")
async def clock_pool(postgres: TestPostgres) -> AsyncIterator[asyncpg.Pool]:
    """The hot pool of one service."""
    pool = await create_hot_pool(postgres.url(SCHEMA), application_name="test-sla", schema=SCHEMA, max_size=24)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def clock_sessions(postgres: TestPostgres) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of one service."""
    engine = create_engine(postgres.url(SCHEMA), application_name="test-sla", schema=SCHEMA)
    yield create_sessions(engine)
    await engine.dispose()


@dataclass
class ClockRig:
    """One company's clocks: a time that the test sets, and what the schema holds of this company."""

    company: str
    pool: "asyncpg.Pool"
    sessions: async_sessionmaker[AsyncSession]
    clock: FixedClock
    calendars: Calendars

    def subject(self, **more: Any) -> Subject:
        """A new case of this company."""
        return Subject(type="complaint", id=new_id(), company=self.company, **more)

    async def do(self, step: Callable[[ClockBook], Any]) -> Any:
        """One use case in its own transaction."""
        async with self.sessions.begin() as session:
            return await step(ClockBook(session, calendars=self.calendars, now=self.clock.now()))

    async def start(self, subject: Subject, *promises: Promise) -> list[ClockView]:
        """Start clocks by the tests' stamp."""
        views: list[ClockView] = await self.do(lambda book: book.start(subject, STAMP, promises))
        return views

    async def sweep(self, at_time: datetime | None = None, *, batch: int = 1000) -> int:
        """Sweep at a time; answers how many facts were said, of any company."""
        if at_time is not None:
            self.clock.set(at_time)
        return (await Sweeper(self.pool, self.clock, batch=batch).sweep()).facts

    async def clocks(self) -> list[dict[str, Any]]:
        """The company's rows."""
        rows = await self.pool.fetch(
            "select * from clocks where company = $1 order by started_at, metric", self.company
        )
        return [dict(row) for row in rows]

    async def facts(self, clock_id: UUID | None = None) -> list[str]:
        """Facts in the order of the history, warnings and rungs with their level."""
        rows = await self.pool.fetch(
            "select fact, level from clock_events where company = $1 and ($2::uuid is null or clock_id = $2)"
            " order by at, (detail ->> 'version')::bigint",
            self.company,
            clock_id,
        )
        return [row["fact"] if row["level"] is None else f"{row['fact']}:{row['level']}" for row in rows]

    async def messages(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The company's outbox in order."""
        rows = await self.pool.fetch(
            "select * from outbox where company = $1 and ($2::text is null or type = $2) order by seq",
            self.company,
            kind,
        )
        return [dict(row) for row in rows]


STAMP = PolicyStamp(pack="xxx-gas", chapter="complaint", version="1.0", tier="vip", grade="2")
ROUTING = Routing(team="t1", department="service", posts=["clerk"])


def one_day(**more: Any) -> Promise:
    """One day of business time (7.5 hours); a wait for the customer is allowed for three days."""
    terms: dict[str, Any] = {
        "metric": "resolution",
        "budget": 450,
        "unit": Unit.BUSINESS,
        "calendar": "office",
        "clause": "2-3",
        "pauses": {"customer": 4320},
    }
    return Promise(**(terms | more))


@pytest.fixture
def rig(company: str, clock_pool: asyncpg.Pool, clock_sessions: async_sessionmaker[AsyncSession]) -> ClockRig:
    """Monday 2026-11-23, 09:00 in Shanghai."""
    return ClockRig(
        company, clock_pool, clock_sessions, FixedClock(at("2026-11-23 09:00")), Calendars(office(), chinese())
    )
