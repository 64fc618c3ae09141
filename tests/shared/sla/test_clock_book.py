"""The clock's use cases against a real database: history, messages and row agree."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from shared.contracts import sla as contracts
from shared.sla.errors import (
    ClockNotOpenError,
    OccurredBeforeCaseError,
    OccurredInFutureError,
    PauseNotAllowedError,
    PauseTooLongError,
)
from shared.sla.hot import open_clocks, open_ctes
from shared.sla.messages import event_id
from shared.sla.promise import Promise, Unit
from tests.shared.sla.calendars import at
from tests.shared.sla.conftest import ROUTING, STAMP, ClockRig, one_day

KINDS = {kind.TYPE: kind for kind in contracts.EVENTS}
RESPONSE = Promise("response", 60, Unit.NATURAL)


async def check_messages(rig: ClockRig) -> list[str]:
    """Every message is valid by contract, versions rise by one, ids are those of the history."""
    messages = await rig.messages()
    history = await rig.pool.fetch("select id from clock_events where company = $1", rig.company)
    assert {row["id"] for row in history} == {message["id"] for message in messages}
    versions: dict[object, int] = {}
    for message in messages:
        KINDS[message["type"]].model_validate({**message["payload"], "routing": message["routing"]})
        expected = versions.get(message["aggregate_id"], 0) + 1
        assert message["aggregate_version"] == expected
        versions[message["aggregate_id"]] = expected
    for clock in await rig.clocks():
        assert clock["version"] == versions[clock["id"]]
    return [message["type"] for message in messages]


async def test_clocks_start_and_are_met(rig: ClockRig) -> None:
    subject = rig.subject(routing=ROUTING, title="leak", customer_id=uuid4())
    untargeted = Promise("plan", None)
    views = await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE, one_day(), untargeted]))
    assert [view.deadline_at for view in views] == [at("2026-11-23 10:00"), at("2026-11-24 09:00"), None]
    rig.clock.set(at("2026-11-23 10:00"))  # exactly at the deadline is met
    (met,) = await rig.do(lambda book: book.stop(subject, "response", actor="a"))
    assert (met.state, met.stopped_at, met.is_late) == ("met", at("2026-11-23 10:00"), False)
    assert await rig.do(lambda book: book.stop(subject, "response")) == []
    (plan,) = await rig.do(lambda book: book.stop(subject, "plan"))
    assert plan.is_untargeted
    assert plan.state == "met"
    assert await check_messages(rig) == ["sla.started"] * 3 + ["sla.met"] * 2
    row = (await rig.clocks())[1]
    assert (row["team"], row["department"], row["title"]) == ("t1", "service", "leak")
    listed = await rig.do(lambda book: book.clocks("complaint", subject.id))
    assert {view.id for view in listed} == {view.id for view in views}


async def test_clocks_open_within_one_hot_statement(rig: ClockRig) -> None:
    subject = rig.subject(routing=ROUTING)
    opened = open_clocks(subject, STAMP, [RESPONSE, one_day()], rig.calendars, rig.clock.now())
    statement = f"with input as (select 1), {open_ctes('$1::jsonb', when='exists (select 1 from input)')} select 1"
    await rig.pool.execute(statement, opened.rows)
    never = open_clocks(rig.subject(), STAMP, [RESPONSE], rig.calendars, rig.clock.now())
    await rig.pool.execute(
        f"with input as (select 1 where false), {open_ctes('$1::jsonb', when='exists (select 1 from input)')} select 1",
        never.rows,
    )
    assert await check_messages(rig) == ["sla.started"] * 2
    assert [view.id for view in opened.views] == [clock.id for clock in opened.clocks]
    stored = await rig.do(lambda book: book.clocks("complaint", subject.id))
    assert {view.id: view for view in stored} == {view.id: view for view in opened.views}


async def test_a_pause_costs_nothing_and_moves_the_deadline_by_business_time(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE, one_day()]))
    rig.clock.set(at("2026-11-23 11:00"))
    paused = await rig.do(lambda book: book.pause(subject, reason="customer", until=at("2026-11-25 18:00")))
    assert [view.metric for view in paused] == ["resolution"]  # a response never waits
    assert paused[0].pause_until == at("2026-11-25 18:00")
    rig.clock.set(at("2026-11-23 15:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))  # the same reason: nothing to say
    (resumed,) = await rig.do(lambda book: book.resume(subject))
    assert resumed.deadline_at == at("2026-11-24 11:30")
    rig.clock.set(at("2026-11-23 18:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))
    rig.clock.set(at("2026-11-24 08:00"))
    (resumed,) = await rig.do(lambda book: book.resume(subject))
    assert resumed.deadline_at == at("2026-11-24 11:30")  # a pause outside business time costs nothing
    with pytest.raises(ClockNotOpenError):
        await rig.do(lambda book: book.resume(subject))
    with pytest.raises(PauseNotAllowedError):
        await rig.do(lambda book: book.pause(subject, reason="lunch"))
    with pytest.raises(PauseTooLongError):
        await rig.do(lambda book: book.pause(subject, reason="customer", until=at("2026-12-24 08:00")))
    with pytest.raises(PauseTooLongError):
        await rig.do(lambda book: book.pause(subject, reason="customer", until=at("2026-11-23 08:00")))
    await check_messages(rig)


async def test_a_pause_ends_by_itself_and_the_clock_then_breaches(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [one_day(pauses={"customer": 60})]))
    rig.clock.set(at("2026-11-23 10:00"))
    (paused,) = await rig.do(lambda book: book.pause(subject, reason="customer"))
    assert paused.deadline_at == at("2026-11-24 10:00")
    await rig.sweep(at("2026-11-23 11:00"))
    assert await rig.facts() == ["started", "paused", "resumed"]
    assert (await rig.clocks())[0]["running_since"] == at("2026-11-23 11:00")
    await rig.sweep(at("2026-11-24 12:00"))
    assert await rig.facts() == ["started", "paused", "resumed", "warned:50", "warned:75", "warned:90", "breached"]
    row = (await rig.clocks())[0]
    assert (row["breached_at"], row["detected_at"]) == (at("2026-11-24 10:00"), at("2026-11-24 12:00"))
    await check_messages(rig)


async def test_from_pause_straight_to_done_closes_the_pause_first(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    rig.clock.set(at("2026-11-23 10:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))
    rig.clock.set(at("2026-11-24 10:00"))
    (met,) = await rig.do(lambda book: book.stop(subject, "resolution"))
    assert (met.state, met.paused_at) == ("met", None)
    assert await rig.facts() == ["started", "paused", "resumed", "met"]
    assert (await rig.clocks())[0]["consumed_us"] == 3_600_000_000
    await check_messages(rig)


async def test_a_breach_is_retracted_when_the_answer_came_before_the_deadline(rig: ClockRig) -> None:
    subject = rig.subject()
    rig.clock.set(at("2026-11-23 16:00"))
    (view,) = await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    await rig.sweep(at("2026-11-23 17:01"))
    rig.clock.set(at("2026-11-23 17:05"))
    (met,) = await rig.do(lambda book: book.stop(subject, "response", occurred_at=at("2026-11-23 16:59")))
    assert met.state == "met"
    assert met.breached_at == at("2026-11-23 17:00")  # its row stays, marked
    assert met.breach_retracted_at == at("2026-11-23 17:05")
    (retracted,) = await rig.messages("sla.breach_retracted")
    (breached,) = await rig.messages("sla.breached")
    assert retracted["payload"]["breach_event_id"] == str(breached["id"]) == str(event_id(view.id, "breached"))
    await check_messages(rig)


async def test_no_breach_is_published_when_the_sweep_comes_after_the_timely_answer(rig: ClockRig) -> None:
    subject = rig.subject()
    rig.clock.set(at("2026-11-23 16:00"))
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    rig.clock.set(at("2026-11-23 17:05"))
    await rig.do(lambda book: book.stop(subject, "response", occurred_at=at("2026-11-23 16:59")))
    await rig.sweep(at("2026-11-23 18:00"))
    assert await rig.facts() == ["started", "met"]


async def test_an_old_entry_is_judged_at_the_edge_of_the_window(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    rig.clock.set(at("2026-11-23 13:00"))
    told = at("2026-11-23 09:30")
    (late,) = await rig.do(lambda book: book.stop(subject, "response", occurred_at=told))
    assert (late.state, late.stopped_at, late.is_late) == ("breached", at("2026-11-23 12:00"), True)
    assert late.breached_at == at("2026-11-23 10:00")
    (met,) = await rig.messages("sla.met")
    assert met["payload"]["is_late"] is met["payload"]["is_late_entry"] is True
    assert datetime.fromisoformat(met["payload"]["occurred_at"]) == told  # stored as given
    assert await rig.facts() == ["started", "breached", "met"]


async def test_an_answer_is_refused_when_it_lies_in_the_future_or_before_the_case(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    with pytest.raises(OccurredInFutureError):
        await rig.do(lambda book: book.stop(subject, "response", occurred_at=at("2026-11-23 09:01")))
    with pytest.raises(OccurredBeforeCaseError):
        await rig.do(lambda book: book.stop(subject, "response", occurred_at=at("2026-11-23 08:59")))


async def test_time_passes_without_drift_when_paused_and_resumed_again_and_again(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    for _ in range(5):
        rig.clock.advance(timedelta(minutes=7))
        await rig.do(lambda book: book.pause(subject, reason="customer"))
        rig.clock.advance(timedelta(minutes=3))
        (view,) = await rig.do(lambda book: book.resume(subject))
    assert view.deadline_at == at("2026-11-24 09:15")
