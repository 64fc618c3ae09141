"""Dead letters: what no consumer can take is kept, named, and replayed; others pass (I8)."""

import uuid
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import NotFoundError, RuleViolatedError
from shared.events import dead_letters
from shared.events.bus import Bus
from shared.events.envelope import MAX_HOPS, Event, encode
from shared.events.relay import Relay
from tests.shared.events.support import (
    TRIED,
    Sessions,
    fact,
    leave_a_mark,
    marks,
    now,
    open_letters,
    publish_all,
    publish_raw,
    row,
    running,
    state,
    until,
)


async def test_a_poison_event_is_buried_and_replayed_while_others_pass(
    company: str, complaint_sessions: Sessions, customer_sessions: Sessions, relay: Relay, consume: Any
) -> None:
    poison = fact(company)

    async def choke(session: AsyncSession, event: Event) -> None:
        if event.id == poison.event_id:
            raise ValueError("secret words of a driver")
        await leave_a_mark(session, event)

    consumer = consume({TRIED: choke})
    await state(complaint_sessions, fact(company), poison, *(fact(company) for _ in range(10)))
    await publish_all(complaint_sessions, relay, company)
    async with running(consumer):
        await until(lambda: consumer.stats.dead == 1 and consumer.stats.applied == 11)

    (letter,) = await open_letters(customer_sessions, company)
    assert (letter.event_id, letter.reason, letter.attempts) == (poison.event_id, "exhausted", 3)
    assert letter.error.startswith("ValueError at test_dead_letters.py")
    assert "secret" not in letter.error

    outcome = await dead_letters.replay(customer_sessions, letter.id, {TRIED: choke}, now=now())
    assert outcome.startswith("failed: ValueError")
    assert [item.replay_outcome for item in await open_letters(customer_sessions, company)] == [outcome]
    for expected in ("applied", "already_applied"):
        mended = {TRIED: leave_a_mark}
        assert await dead_letters.replay(customer_sessions, letter.id, mended, now=now()) == expected
    assert len(await marks(customer_sessions, company)) == 12
    assert await open_letters(customer_sessions, company) == []
    with pytest.raises(NotFoundError):
        await dead_letters.replay(customer_sessions, uuid.uuid4(), {}, now=now())


async def test_a_refusal_by_rule_is_buried_at_once(
    company: str, complaint_sessions: Sessions, customer_sessions: Sessions, relay: Relay, consume: Any
) -> None:
    async def refuse(_: AsyncSession, __: Event) -> None:
        raise RuleViolatedError("不合规则")

    consumer = consume({TRIED: refuse})
    await state(complaint_sessions, fact(company))
    await publish_all(complaint_sessions, relay, company)
    async with running(consumer):
        await until(lambda: consumer.stats.dead == 1)
    (letter,) = await open_letters(customer_sessions, company)
    assert (letter.reason, letter.error, letter.attempts) == ("refused", "rule_violated: 不合规则", 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff not json", "/: json_invalid"),
        (b"{}", "id: missing"),
    ],
)
async def test_what_is_no_event_is_buried(
    complaint_bus: Bus, customer_sessions: Sessions, consume: Any, data: bytes, error: str
) -> None:
    consumer = consume({TRIED: leave_a_mark})
    await publish_raw(complaint_bus, data)
    async with running(consumer):
        await until(lambda: consumer.stats.dead == 1)
    letter = (await open_letters(customer_sessions, None))[-1]
    assert letter.reason == "undecodable"
    assert error in letter.error
    assert (await dead_letters.replay(customer_sessions, letter.id, {}, now=now())).startswith("failed: ")


async def test_a_copy_smuggled_into_another_stream_is_buried(
    company: str, complaint_bus: Bus, customer_sessions: Sessions, consume: Any
) -> None:
    consumer = consume({TRIED: leave_a_mark})
    await publish_raw(complaint_bus, encode(row(company), "customer"))
    await publish_raw(complaint_bus, encode(row(company), "complaint"), subject="complaint.other")
    async with running(consumer):
        # on a subject of another type it is unknown here; on its own subject, from a stranger, it is buried
        await until(lambda: consumer.stats.dead == 1 and consumer.stats.unknown["complaint.other"] == 1)
    assert await marks(customer_sessions, company) == []


async def test_an_event_that_came_round_too_often_is_buried(
    company: str, complaint_bus: Bus, customer_sessions: Sessions, consume: Any
) -> None:
    consumer = consume({TRIED: leave_a_mark})
    for hops in (MAX_HOPS, MAX_HOPS + 1):
        await publish_raw(complaint_bus, encode(row(company) | {"hops": hops}, "complaint"))
    async with running(consumer):
        await until(lambda: consumer.stats.dead == 1 and consumer.stats.applied == 1)
    (letter,) = await open_letters(customer_sessions, company)
    assert (letter.reason, letter.error) == ("circle", "13 hops")
