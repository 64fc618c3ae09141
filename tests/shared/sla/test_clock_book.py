"""The clock's use cases against a real database: history, messages and row agree."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from shared.contracts import sla as contracts
from shared.contracts.base import Routing
from shared.sla.errors import (
    ClockNotFoundError,
    ClockNotOpenError,
    OccurredBeforeCaseError,
    OccurredInFutureError,
    PauseNotAllowedError,
    PauseTooLongError,
    VerdictUnchangedError,
)
from shared.sla.hot import open_clocks, open_ctes
from shared.sla.messages import event_id
from shared.sla.promise import PolicyStamp, Promise, Unit
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
    for wrong, error in (
        (at("2026-11-23 09:01"), OccurredInFutureError),
        (at("2026-11-23 08:59"), OccurredBeforeCaseError),
    ):
        with pytest.raises(error):
            await rig.do(lambda book, wrong=wrong: book.stop(subject, "response", occurred_at=wrong))


async def test_a_downgrade_never_erases_a_breach_and_an_upgrade_may_breach_at_once(rig: ClockRig) -> None:
    subject = rig.subject()
    promises = [RESPONSE, one_day(), Promise("plan", 1440)]
    await rig.do(lambda book: book.start(subject, STAMP, promises))
    await rig.sweep(at("2026-11-23 11:00"))
    general = PolicyStamp("xxx-gas", "complaint", "1.0", tier="general", grade="2")
    wide = [Promise("response", 1440), one_day(budget=60)]
    rig.clock.set(at("2026-11-23 11:30"))
    await rig.do(lambda book: book.retarget(subject, general, wide, cause="tier_changed"))
    rows = {row["metric"]: row for row in await rig.clocks()}
    assert (rows["response"]["state"], rows["response"]["breached_at"]) == ("breached", at("2026-11-23 10:00"))
    resolution = rows["resolution"]
    assert (resolution["state"], resolution["breach_cause"]) == ("breached", "retarget")
    assert (resolution["deadline_at"], resolution["breached_at"]) == (at("2026-11-23 10:00"), at("2026-11-23 11:30"))
    assert (rows["plan"]["state"], rows["plan"]["tier"]) == ("cancelled", "general")
    assert [message["payload"]["cause"] for message in await rig.messages("sla.cancelled")] == ["no_target"]
    await check_messages(rig)


async def test_carry_keeps_consumed_time_when_the_unit_changes(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    rig.clock.set(at("2026-11-23 11:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer"))
    rig.clock.set(at("2026-11-24 09:00"))
    await rig.do(lambda book: book.resume(subject))
    natural = [Promise("resolution", 1440), Promise("assessment", 600)]
    carried = await rig.do(
        lambda book: book.retarget(subject, STAMP, natural, cause="regraded", start_missing_at=at("2026-11-24 08:00"))
    )
    assert [(view.metric, view.deadline_at) for view in carried] == [
        ("resolution", at("2026-11-25 07:00")),  # two natural hours were consumed before the pause
        ("assessment", at("2026-11-24 18:00")),
    ]
    await check_messages(rig)


async def test_a_recurring_promise_starts_anew_with_each_update(rig: ClockRig) -> None:
    subject = rig.subject()
    progress = Promise("progress", 240)
    await rig.do(lambda book: book.start(subject, STAMP, [progress]))
    rig.clock.set(at("2026-11-23 12:00"))
    stopped, started = await rig.do(lambda book: book.stop(subject, "progress", restart=progress))
    assert (stopped.state, stopped.sequence) == ("met", 1)
    assert (started.sequence, started.deadline_at) == (2, at("2026-11-23 16:00"))
    await check_messages(rig)


async def test_a_reopened_case_has_clocks_of_its_own(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE, one_day()]))
    await rig.sweep(at("2026-11-23 10:30"))
    await rig.do(lambda book: book.stop(subject, "response"))
    again = rig.subject()
    again = type(again)(again.type, subject.id, again.company, cycle=2)
    rig.clock.set(at("2026-11-25 09:00"))
    await rig.do(lambda book: book.reopen(again, STAMP, [RESPONSE]))
    states = {(row["metric"], row["cycle"]): row["state"] for row in await rig.clocks()}
    assert states == {("response", 1): "breached", ("resolution", 1): "breached", ("response", 2): "running"}
    resolution = next(row for row in await rig.clocks() if row["metric"] == "resolution")
    assert resolution["stopped_at"] == at("2026-11-25 09:00")  # its breach was due before, and is judged
    await check_messages(rig)


async def test_a_verdict_changes_only_by_name(rig: ClockRig) -> None:
    subject = rig.subject()
    (view,) = await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    with pytest.raises(ClockNotOpenError):
        await rig.do(lambda book: book.correct(view.id, verdict="met", approver="p", reason="春节延长"))
    rig.clock.set(at("2026-11-23 12:00"))
    await rig.do(lambda book: book.stop(subject, "response"))
    for verdict, approver, reason in (("breached", "p", "r"), ("met", " ", "r"), ("met", "p", "")):
        with pytest.raises(VerdictUnchangedError):
            await rig.do(
                lambda book, v=verdict, a=approver, r=reason: book.correct(view.id, verdict=v, approver=a, reason=r)
            )
    corrected = await rig.do(lambda book: book.correct(view.id, verdict="met", approver="p", reason="春节延长"))
    assert (corrected.state, corrected.breached_at) == ("met", at("2026-11-23 10:00"))
    (message,) = await rig.messages("sla.corrected")
    assert "春节" not in str(message["payload"])  # the reason stays with the clock
    with pytest.raises(ClockNotFoundError):
        await rig.do(lambda book: book.correct(uuid4(), verdict="met", approver="p", reason="r"))
    await check_messages(rig)


async def test_each_holder_answers_for_the_time_it_had(rig: ClockRig) -> None:
    subject = rig.subject(routing=Routing(department="service"))
    await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    rig.clock.set(at("2026-11-23 10:00"))
    await rig.do(lambda book: book.transfer(subject, Routing(department="network")))
    rig.clock.set(at("2026-11-23 14:00"))
    await rig.do(lambda book: book.transfer(subject, Routing(department="safety")))
    await rig.sweep(at("2026-11-24 10:00"))
    (breached,) = await rig.messages("sla.breached")
    hour = 3_600_000_000
    assert [(part["department"], part["consumed_us"]) for part in breached["payload"]["segments"]] == [
        ("service", hour),
        ("network", 2.5 * hour),
        ("safety", 4 * hour),
    ]
    assert breached["routing"]["department"] == "safety"
    rig.clock.set(at("2026-11-24 10:00"))
    (late,) = await rig.do(lambda book: book.stop(subject, "resolution"))
    explained = await rig.do(lambda book: book.explain(late.id))
    assert [part.consumed_us for part in explained.segments] == [hour, 2.5 * hour, 5 * hour]
    assert explained.segments[-1].until_at == at("2026-11-24 10:00")
    await check_messages(rig)


async def test_the_explanation_counts_what_makes_the_deadline(rig: ClockRig) -> None:
    subject = rig.subject()
    (view,) = await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    rig.clock.set(at("2026-11-23 10:00"))
    await rig.do(lambda book: book.pause(subject, reason="customer", actor="agent"))
    rig.clock.set(at("2026-11-23 15:30"))
    await rig.do(lambda book: book.resume(subject))
    rig.clock.set(at("2026-11-23 16:00"))
    await rig.do(lambda book: book.retarget(subject, STAMP, [one_day(budget=360)], cause="regraded"))
    explained = await rig.do(lambda book: book.explain(view.id, subject_id=subject.id))
    assert sum(interval.counted_us for interval in explained.intervals) == explained.budget_us == 6 * 3_600_000_000
    assert explained.intervals[-1].until_at == explained.clock.deadline_at
    assert [(pause.from_at, pause.until_at, pause.reason) for pause in explained.pauses] == [
        (at("2026-11-23 10:00"), at("2026-11-23 15:30"), "customer")
    ]
    assert [change.cause for change in explained.changes] == ["regraded"]
    assert explained.remaining_us == int(4.5 * 3_600_000_000)
    assert "6 小时工作时间" in explained.summary
    assert "条款 2-3" in explained.summary
    with pytest.raises(ClockNotFoundError):
        await rig.do(lambda book: book.explain(view.id, subject_id=uuid4()))


async def test_an_untargeted_clock_says_that_it_is_counted_apart(rig: ClockRig) -> None:
    subject = rig.subject()
    (view,) = await rig.do(lambda book: book.start(subject, STAMP, [Promise("plan", None)]))
    explained = await rig.do(lambda book: book.explain(view.id))
    assert explained.remaining_us is None
    assert "未规定时限" in explained.summary
    assert (await rig.clocks())[0]["next_check_at"] is None


async def test_what_became_known_later_is_copied_to_the_clocks(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [RESPONSE]))
    customer_id = uuid4()
    known = type(subject)(subject.type, subject.id, subject.company, customer_id=customer_id, title="leak")
    await rig.do(lambda book: book.relabel(known))
    row = (await rig.clocks())[0]
    assert (row["customer_id"], row["title"], row["version"]) == (customer_id, "leak", 1)


async def test_time_passes_without_drift_when_paused_and_resumed_again_and_again(rig: ClockRig) -> None:
    subject = rig.subject()
    await rig.do(lambda book: book.start(subject, STAMP, [one_day()]))
    for _ in range(5):
        rig.clock.advance(timedelta(minutes=7))
        await rig.do(lambda book: book.pause(subject, reason="customer"))
        rig.clock.advance(timedelta(minutes=3))
        (view,) = await rig.do(lambda book: book.resume(subject))
    assert view.deadline_at == at("2026-11-24 09:15")
