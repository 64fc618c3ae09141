"""The sweep against a real database: exactly once, never early, never after (reliability.md I7)."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.base import Routing
from shared.sla import rules
from shared.sla.hot import open_clocks, open_ctes
from shared.sla.instants import MICROSECOND, to_us
from shared.sla.messages import message_of
from shared.sla.promise import Promise, Rung, Subject, Trigger
from shared.sla.rows import routing_json, row_of
from shared.sla.state import Turn
from shared.sla.sweeper import Sweeper
from shared.sla.time import Clock, FixedClock
from tests.shared.sla.calendars import at
from tests.shared.sla.conftest import STAMP, ClockRig, one_day
from tests.shared.sla.test_clock_book import check_messages
from tests.support.servers import TestPostgres

HOUR = Promise("response", 60)
LADDER = (
    Rung(0, Trigger.WARNING, post="leader"),
    Rung(0, post="head"),
    Rung(30, superior=2, otherwise="office"),
    Rung(60, superior=5, otherwise="gm"),
)


async def open_many(rig: ClockRig, count: int, promise: Promise = HOUR) -> list[UUID]:
    rows: list[dict[str, Any]] = []
    for _ in range(count):
        rows += open_clocks(rig.subject(), STAMP, [promise], rig.calendars, rig.clock.now()).rows
    for first in range(0, count, 2000):
        await rig.pool.execute(f"with {open_ctes('$1::jsonb')} select 1", rows[first : first + 2000])
    return [row["id"] for row in rows]


async def test_nothing_is_said_before_it_is_due(rig: ClockRig) -> None:
    await open_many(rig, 1)
    await rig.sweep(at("2026-11-23 09:30") - MICROSECOND)
    assert await rig.facts() == ["started"]
    await rig.sweep(at("2026-11-23 09:30"))
    assert await rig.facts() == ["started", "warned:50"]
    await rig.sweep(at("2026-11-23 10:00"))  # exactly at the deadline is not late yet
    assert await rig.facts() == ["started", "warned:50", "warned:75", "warned:90"]
    await rig.sweep(at("2026-11-23 10:00") + MICROSECOND)
    assert (await rig.facts())[-1] == "breached"
    assert (await rig.clocks())[0]["next_check_at"] is None


async def test_each_clock_breaches_once_when_twenty_sweepers_run_at_once(rig: ClockRig) -> None:
    ids = await open_many(rig, 300)
    rig.clock.set(at("2026-11-23 13:00"))
    sweepers = [Sweeper(rig.pool, rig.clock, batch=7 + number) for number in range(20)]
    await asyncio.gather(*(sweeper.sweep() for sweeper in sweepers))
    await rig.sweep()
    said = Counter((message["aggregate_id"], message["type"]) for message in await rig.messages())
    for clock_id in ids:
        assert said[clock_id, "sla.breached"] == 1
        assert said[clock_id, "sla.warned"] == 3
    rows = await rig.clocks()
    assert {row["breached_at"] for row in rows} == {at("2026-11-23 10:00")}
    assert {row["detected_at"] for row in rows} == {at("2026-11-23 13:00")}
    await check_messages(rig)


async def test_stopping_races_the_sweep_without_a_second_verdict(rig: ClockRig) -> None:
    subjects = [rig.subject() for _ in range(24)]
    for subject in subjects:
        await rig.start(subject, HOUR)
    rig.clock.set(at("2026-11-23 10:00") + MICROSECOND)

    async def answer(subject: Subject) -> None:
        await rig.do(lambda book: book.stop(subject, "response", occurred_at=at("2026-11-23 09:59")))

    sweeps = [Sweeper(rig.pool, rig.clock, batch=3).sweep() for _ in range(4)]
    await asyncio.gather(*sweeps, *(answer(subject) for subject in subjects))
    await rig.sweep()
    assert {row["state"] for row in await rig.clocks()} == {"met"}
    for row in await rig.clocks():
        facts = await rig.facts(row["id"])
        assert facts[-1] == "met"
        assert facts.count("breached") == facts.count("breach_retracted") <= 1
    await check_messages(rig)


async def test_after_an_outage_everything_is_said_in_order_with_its_true_instant(rig: ClockRig) -> None:
    await open_many(rig, 1, one_day(ladder=LADDER[:2]))
    await rig.sweep(at("2026-11-27 12:00"))
    assert await rig.facts() == [
        "started",
        "warned:50",
        "warned:75",
        "warned:90",
        "escalated:1",
        "breached",
        "escalated:2",
    ]
    (breached,) = await rig.messages("sla.breached")
    assert breached["payload"]["breached_at"].startswith("2026-11-24T01:00:00")
    assert breached["payload"]["detected_at"].startswith("2026-11-27T04:00:00")
    assert breached["time" if "time" in breached else "at"] == at("2026-11-27 12:00")
    await check_messages(rig)


async def test_the_oldest_are_served_first_in_batches_until_none_is_due(rig: ClockRig) -> None:
    for minute in (30, 10, 20, 0):
        rig.clock.set(at(f"2026-11-23 09:{minute:02}"))
        await open_many(rig, 3)
    swept = Sweeper(rig.pool, FixedClock(at("2026-11-23 15:00")), batch=2)
    assert (await swept.sweep()).clocks >= 12
    assert (await swept.sweep()).clocks == 0
    breaches = await rig.messages("sla.breached")
    deadlines = [message["payload"]["deadline_at"] for message in breaches]
    assert deadlines == sorted(deadlines)
    assert len(deadlines) == 12


async def test_ten_thousand_due_clocks_are_judged_in_batches(rig: ClockRig) -> None:
    await open_many(rig, 10_000, Promise("response", 60, warn_at=()))
    rig.clock.set(at("2026-11-23 10:01"))
    result = await Sweeper(rig.pool, rig.clock, batch=1000).sweep()
    assert result.clocks >= 10_000
    count = await rig.pool.fetchval(
        "select count(distinct aggregate_id) from outbox where company = $1 and type = 'sla.breached'", rig.company
    )
    assert count == 10_000


async def test_the_ladder_never_falls_through(rig: ClockRig) -> None:
    owner, superior, left, head = (uuid4() for _ in range(4))
    for staff_id, above, state in (
        (owner, superior, "active"),
        (superior, left, "on_leave"),
        (left, head, "left"),
        (head, None, "active"),
    ):
        await rig.pool.execute(
            "insert into staff (id, company, version, state, superior_id) values ($1, $2, 1, $3, $4)",
            staff_id,
            rig.company,
            state,
            above,
        )
    for routing in (Routing(owner_id=owner, posts=["clerk"]), Routing(department="service")):
        subject = rig.subject(routing=routing)
        await rig.start(subject, Promise("plan", 60, ladder=LADDER))
    await rig.sweep(at("2026-11-23 12:00"))
    told = [
        (message["payload"]["level"], message["payload"]["to_post"], message["payload"]["staff_id"])
        for message in await rig.messages("sla.escalated")
    ]
    # above the head there is nobody, and without an owner the default post is told
    assert sorted(told, key=str) == sorted(
        [
            ("1", "leader", None),
            ("2", "head", None),
            ("3", None, str(head)),
            ("4", "gm", None),
            ("1", "leader", None),
            ("2", "head", None),
            ("3", "office", None),
            ("4", "gm", None),
        ],
        key=str,
    )
    assert sorted(sorted(row["routing"]["posts"]) for row in await rig.clocks()) == [
        ["clerk", "gm", "head", "leader"],
        ["gm", "head", "leader", "office"],
    ]
    await check_messages(rig)


async def test_the_sweep_says_exactly_what_the_pure_rules_say(rig: ClockRig) -> None:
    """The SQL and the Python of rule 14 are one: same row, same events, same messages."""
    promise = one_day(ladder=(Rung(0, Trigger.WARNING, post="leader"), Rung(30, post="head")), pauses={"customer": 60})
    subject = rig.subject(routing=Routing(department="service", posts=["clerk"]))
    (view,) = await rig.do(lambda book: book.start(subject, STAMP, [promise]))
    rig.clock.set(at("2026-11-23 11:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))
    before = await rig.do(lambda book: book._repository.get(view.id))
    now = at("2026-11-25 12:00")
    turn = Turn(before, to_us(now), "system:sla")
    rules.catch_up(turn, to_us(now))
    await rig.sweep(now)
    after = await rig.do(lambda book: book._repository.get(view.id))
    expected, stored = row_of(turn.clock), row_of(after)
    for row in (expected, stored):
        row["routing"] = {**row["routing"], "posts": sorted(row["routing"]["posts"])}
    assert stored == expected
    stored_messages = (await rig.messages())[2:]
    assert len(stored_messages) == len(turn.facts)
    for stored_message, fact in zip(stored_messages, turn.facts, strict=True):
        message = message_of(fact)
        assert stored_message["id"] == message.event_id
        assert stored_message["type"] == message.type
        assert stored_message["aggregate_version"] == message.aggregate_version
        body = {**stored_message["payload"], "routing": routing_json(message.payload.routing)}
        assert type(message.payload).model_validate(body) == message.payload
    await check_messages(rig)


async def test_a_due_pause_is_said_by_the_book_as_by_the_sweep(rig: ClockRig) -> None:
    subject = rig.subject()
    promise = Promise("plan", 60, ladder=LADDER, pauses={"customer": 600})
    await rig.do(lambda book: book.start(subject, STAMP, [promise]))
    rig.clock.set(at("2026-11-23 12:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))  # the sweep was away since 09:00
    row = (await rig.clocks())[0]
    assert (row["state"], row["breached_at"]) == ("breached", at("2026-11-23 10:00"))
    assert row["paused_at"] == at("2026-11-23 12:00")
    told = [message["payload"]["to_post"] for message in await rig.messages("sla.escalated")]
    assert told == ["leader", "head", "office", "gm"]
    assert await rig.sweep() == 0
    await check_messages(rig)


async def test_the_loop_judges_within_milliseconds_and_stops_when_told(rig: ClockRig, postgres: TestPostgres) -> None:
    clock = Clock(rig.pool, environment="production")
    await clock.start()
    heard = asyncio.Event()
    sweeper = Sweeper(rig.pool, clock, on_swept=lambda _: heard.set())
    stop = asyncio.Event()
    running = asyncio.create_task(sweeper.run(stop))
    await asyncio.sleep(0.1)
    heard.clear()
    started = clock.now() - timedelta(minutes=60) + timedelta(milliseconds=200)
    rows = open_clocks(rig.subject(), STAMP, [HOUR], rig.calendars, started, now=clock.now()).rows
    await rig.pool.execute(f"with {open_ctes('$1::jsonb')} select 1", rows)
    sweeper.wake()
    await asyncio.wait_for(heard.wait(), 5)
    await asyncio.sleep(0.3)
    (row,) = await rig.clocks()
    assert timedelta() < row["detected_at"] - row["breached_at"] < timedelta(seconds=1)
    assert heard.is_set()
    stop.set()
    await asyncio.wait_for(running, 2)
    await clock.stop()
