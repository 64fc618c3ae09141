"""Clocks under faults: thousands that fall due within seconds, killed sweepers, answers at the last moment (I7)."""

import asyncio
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.base import Routing
from shared.database import create_engine, create_hot_pool, create_sessions
from shared.database.outage import DATABASE_AWAY, is_outage
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.hot import open_clocks, open_ctes
from shared.sla.instants import from_us
from shared.sla.promise import PolicyStamp, Promise, Rung, Subject, Unit
from shared.sla.time import Clock
from tests.support.faults.ledger import Due, Ledger, Said, Violation, check_clocks, check_effects
from tests.support.faults.loop import HANDLED
from tests.support.faults.nemesis import Fault, Nemesis, doing, killing
from tests.support.faults.rig import Rig
from tests.support.faults.scenarios import QUIET_SECONDS, Figures, Outcome

_BATCH = 40
_RACED = 0.05
_LEAD_SECONDS = (8.0, 14.0)
"""How long after its opening a clock falls due; its warning comes at nine tenths of a minute, 6 s before."""
_STAMP = PolicyStamp(pack="xxx-gas", chapter="complaint", version="1.0")
_PROMISE = Promise(
    metric="response",
    budget=1,
    unit=Unit.NATURAL,
    calendar="natural",
    warn_at=(90,),
    ladder=(Rung(minutes=0, post="head"),),
)
_OPEN = f"with {open_ctes('$1::jsonb')} select count(*) from opened_clocks"
_SAID = """
select aggregate_id, substring(type from 5) as fact, payload ->> 'level' as level, at from outbox
where company = $1 and type = any (array['sla.warned', 'sla.escalated', 'sla.breached'])
"""


@dataclass
class Opener:
    """Opens clocks and answers some of them at the very moment that they fall due."""

    rig: Rig
    company: str
    seed: int
    due: list[Due] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        """Seed."""
        self._random = random.Random(f"{self.seed}:clocks")
        self._races: set[asyncio.Task[None]] = set()

    async def run(self, count: int) -> None:
        """Open `count` clocks and wait until all races are run."""
        url = self.rig.url("complaint")
        self._pool = await create_hot_pool(url, application_name="opener", schema="complaint", max_size=4)
        engine = create_engine(url, application_name="opener", schema="complaint")
        self._sessions = create_sessions(engine)
        self._clock = Clock(self._pool, environment="test")
        self._calendars = Calendars()
        await self._clock.start()
        try:
            while self.opened < count:
                await self._open([self._subject() for _ in range(_BATCH)])
                await asyncio.sleep(self._random.uniform(0, 0.1))
            await asyncio.gather(*self._races)
        finally:
            await self._clock.stop()
            await engine.dispose()
            self._pool.terminate()

    def _subject(self) -> Subject:
        return Subject(type="complaint", id=uuid.uuid4(), company=self.company, routing=Routing(team="t1"))

    async def _open(self, subjects: Sequence[Subject]) -> None:
        rows: list[dict[str, Any]] = []
        now = self._clock.now()
        for subject in subjects:
            due_at = now + timedelta(seconds=self._random.uniform(*_LEAD_SECONDS))
            opened = open_clocks(subject, _STAMP, [_PROMISE], self._calendars, due_at - timedelta(minutes=1), now=now)
            rows += opened.rows
            if self._random.random() < _RACED:
                race = asyncio.create_task(self._race(subject, due_at))
                self._races.add(race)
        while not await self._insert(rows):  # noqa: ASYNC110  # the database comes back by itself
            await asyncio.sleep(0.1)
        self.opened += len(rows)
        self.due += [
            Due(row["id"], check["fact"], check.get("level"), from_us(check["at"]))
            for row in rows
            for check in row["pending"]
        ]

    async def _insert(self, rows: list[dict[str, Any]]) -> bool:
        try:
            await self._pool.fetchval(_OPEN, rows)
        except asyncpg.UniqueViolationError:
            return True  # the commit whose answer was lost
        except DATABASE_AWAY:
            return False
        return True

    async def _race(self, subject: Subject, due_at: datetime) -> None:
        moment = due_at + timedelta(seconds=self._random.uniform(-0.1, 0.1))
        await asyncio.sleep((moment - self._clock.now()).total_seconds())
        while True:
            try:
                async with self._sessions.begin() as session:
                    book = ClockBook(session, calendars=self._calendars, now=self._clock.now())
                    await book.stop(subject, "response", actor="test")
            except Exception as error:  # told apart below
                if not is_outage(error) and not isinstance(error, DATABASE_AWAY) and not _is_held(error):
                    raise
                await asyncio.sleep(0.1)
            else:
                return


def _is_held(error: Exception) -> bool:
    """Whether a sweeper held the clock for too long: whoever answers it tries again."""
    return getattr(getattr(error, "orig", None), "sqlstate", "") == "55P03"


async def clocks(rig: Rig, figures: Figures, *, mutant: str = "") -> Outcome:
    """Sweepers and Postgres are killed while clocks fall due; `mutant` spoils the sweepers."""
    company = (await rig.company()).code
    await rig.begin_consumer()
    sweepers = ("sweeper-a", "sweeper-b", "sweeper-c")
    for name in sweepers:
        await rig.loop(name, "sweeper", "complaint", mutant=mutant)
    await rig.loop("relay-a", "relay", "complaint")
    await rig.loop("consumer-a", "consumer", "callback", "COMPLAINT")
    opener = Opener(rig, company, figures.seed)
    nemesis = Nemesis(
        [
            Fault("sweeper", (0.3, 0.8), killing(rig.fleet, *sweepers)),
            Fault("postgres", (4.0, 6.0), doing(rig.kill_postgres)),
        ],
        seed=figures.seed,
        kills=figures.kills,
        rare={"postgres": figures.kills // 7},
    )
    opening = asyncio.create_task(opener.run(figures.acked))
    await nemesis.run(opening.done, seconds=figures.seconds)
    await opening
    await _quiet(rig, company)
    await rig.consumed(company, QUIET_SECONDS)
    violations = await _judged_exactly(rig, company, opener.due)
    rows = await rig.outbox(company)
    effects, versions = await rig.effects(company), await rig.versions(company)
    violations += check_effects(rows, effects, versions, HANDLED)
    return Outcome(figures, Ledger(), nemesis.counts, violations, list(rig.fleet.crashes), acked=opener.opened)


async def _quiet(rig: Rig, company: str) -> None:
    """Wait until every clock has said what it has to say."""
    connection = await rig.connect("complaint")
    waiting = "select count(*) from clocks where company = $1 and next_check_at is not null"
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            while await connection.fetchval(waiting, company):  # noqa: ASYNC110  # other processes work
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def _judged_exactly(rig: Rig, company: str, due: Sequence[Due]) -> list[Violation]:
    connection = await rig.connect("complaint")
    try:
        said = [Said(*row.values()) for row in await connection.fetch(_SAID, company)]
        stopped = await connection.fetch(
            "select id, stopped_at, breach_retracted_at from clocks where company = $1 and stopped_at is not null",
            company,
        )
    finally:
        await connection.close()
    retracted: set[UUID] = {row["id"] for row in stopped if row["breach_retracted_at"] is not None}
    return check_clocks(due, said, {row["id"]: row["stopped_at"] for row in stopped}, retracted)
