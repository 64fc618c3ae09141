"""What the tests of the event path share: test facts, waiting, running loops, reading a stream."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.contracts.base import EventPayload, Routing
from shared.events import dead_letters, outbox
from shared.events.bus import Bus
from shared.events.envelope import Event
from shared.events.fact import Fact
from shared.events.live import LiveEvent, follow
from shared.events.relay import Relay
from shared.events.topology import MSG_ID
from tests.support.outbox_rows import as_read

Sessions = async_sessionmaker[AsyncSession]


TRIED = "complaint.tried"


class Tried(EventPayload):
    """A fact of these tests only; the catalogue does not know it."""

    TYPE: ClassVar[str] = "complaint.tried"
    note: str = "ok"


class ClockTried(Tried):
    """A clock fact."""

    TYPE: ClassVar[str] = "sla.tried"


class Forged(Tried):
    """A fact that complaint may not publish."""

    TYPE: ClassVar[str] = "customer.forged"


def now() -> datetime:
    """The time of these tests; nothing here depends on it."""
    return datetime.now(UTC)


def fact(company: str, *, aggregate: UUID | None = None, version: int = 1, payload: EventPayload | None = None) -> Fact:
    """A fact about a new aggregate unless told."""
    return Fact(
        payload=payload or Tried(routing=Routing(team="t1")),
        company=company,
        aggregate_type="tried",
        aggregate_id=aggregate or uuid.uuid4(),
        aggregate_version=version,
        time=now(),
    )


async def state(sessions: Sessions, *facts: Fact) -> None:
    """Commit facts to the outbox."""
    async with sessions.begin() as session:
        await outbox.add(session, *facts)


async def until(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until `condition` holds, or fail."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            if (answer if isinstance(answer, bool) else await answer) is True:
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(*loops: Any) -> AsyncIterator[None]:
    """Run relays or consumers for the length of the block."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(loop.run(stop)) for loop in loops]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def rows(sessions: Sessions, sql: str, **parameters: Any) -> list[Any]:
    """All rows of a query."""
    async with sessions() as session:
        return list((await session.execute(text(sql), parameters)).all())


async def unpublished(sessions: Sessions, company: str) -> int:
    """How many outbox rows of a company wait."""
    found = await rows(
        sessions, "select count(*) from outbox where company = :company and published_at is null", company=company
    )
    return int(found[0][0])


async def publish_all(sessions: Sessions, relay: Relay, company: str) -> None:
    """Run the relay until nothing of the company waits."""

    async def is_done() -> bool:
        return await unpublished(sessions, company) == 0

    async with running(relay):
        await until(is_done)


async def read(bus: Bus, company: str, count: int, *, stream: str = "COMPLAINT") -> list[LiveEvent]:
    """The first `count` events of a company in a stream, from its beginning."""
    found: list[LiveEvent] = []
    async with asyncio.timeout(10), aclosing(follow(bus, streams=(stream,), after={stream: 0})) as events:
        async for item in events:
            if item.event.company == company:
                found.append(item)
                if len(found) == count:
                    break
    return found


async def leave_a_mark(session: AsyncSession, event: Event) -> None:
    """The effect that these tests count."""
    await session.execute(
        text(
            "insert into audit (at, id, company, action, resource_id, detail)"
            " values (:at, :id, :company, 'tried', :event, '{}')"
        ),
        {"at": event.time, "id": uuid.uuid4(), "company": event.company, "event": event.id},
    )


async def marks(sessions: Sessions, company: str) -> list[UUID]:
    """Ids of the events that took effect, one per effect."""
    found = await rows(
        sessions, "select resource_id from audit where company = :company and action = 'tried'", company=company
    )
    return [row.resource_id for row in found]


async def publish_raw(bus: Bus, data: bytes, subject: str = TRIED) -> None:
    """Put a message into a stream beside the outbox."""
    await bus.publish(subject, data, {MSG_ID: str(uuid.uuid4())})


async def open_letters(sessions: Sessions, company: str | None) -> list[dead_letters.DeadLetter]:
    """The dead letters of a company, oldest first; of what could not be read without one."""
    async with sessions() as session:
        return [letter for letter in await dead_letters.list_letters(session, limit=1000) if letter.company == company]


def row(company: str, **changes: Any) -> dict[str, Any]:
    """An outbox row as the relay reads it."""
    return as_read(outbox.record(fact(company, **changes)), now())
