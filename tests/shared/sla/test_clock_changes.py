"""What changes around a running clock, who holds it, and why its deadline is what it is."""

from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.base import Routing
from shared.sla.errors import ClockNotFoundError, ClockNotOpenError, VerdictUnchangedError
from shared.sla.promise import PolicyStamp, Promise, Rung, Trigger
from tests.shared.sla.calendars import at
from tests.shared.sla.conftest import STAMP, ClockRig, one_day
from tests.shared.sla.test_clock_book import RESPONSE, check_messages


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
    again = replace(subject, cycle=2)
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

    async def correct(verdict: str, approver: str, reason: str) -> None:
        await rig.do(lambda book: book.correct(view.id, verdict=verdict, approver=approver, reason=reason))

    for wrong in (("breached", "p", "r"), ("met", " ", "r"), ("met", "p", "")):
        with pytest.raises(VerdictUnchangedError):
            await correct(*wrong)
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
    known = replace(subject, customer_id=customer_id, title="leak")
    await rig.do(lambda book: book.relabel(known))
    row = (await rig.clocks())[0]
    assert (row["customer_id"], row["title"], row["version"]) == (customer_id, "leak", 1)


async def test_a_warning_that_a_waiting_clock_has_passed_is_not_planned_into_its_wait(rig: ClockRig) -> None:
    subject = rig.subject()
    hour = Promise("resolution", 60, ladder=(Rung(0, Trigger.WARNING, post="leader"),), pauses={"customer": 300})
    await rig.do(lambda book: book.start(subject, STAMP, [hour]))
    rig.clock.set(at("2026-11-23 09:50"))  # 50 of 60 minutes
    await rig.do(lambda book: book.pause(subject, reason="customer"))
    longer = replace(hour, budget=80)
    await rig.do(lambda book: book.retarget(subject, STAMP, [longer], cause="regraded"))
    await rig.do(lambda book: book.resume(subject))
    (row,) = await rig.clocks()
    assert row["running_since"] == at("2026-11-23 09:50")
    assert row["deadline_at"] == at("2026-11-23 10:20")
    await check_messages(rig)
