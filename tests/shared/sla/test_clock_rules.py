"""The pure rules: carry, warnings once, verdicts (sla.md 6, 7, 10, 11)."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import new_id
from shared.sla import changes, rules, verdicts
from shared.sla.budget import timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.errors import ClockNotOpenError, PauseNotAllowedError
from shared.sla.instants import MINUTE_US, to_us
from shared.sla.messages import id_of, payload_of
from shared.sla.promise import PolicyStamp, Promise, Rung, Subject, Trigger, Unit
from shared.sla.rows import row_of, state_of
from shared.sla.segments import hand_over, shares
from shared.sla.state import ClockState, State, Turn
from tests.shared.sla.calendars import at, calendars, moments, office

STAMP = PolicyStamp("xxx-gas", "complaint", "1.0", tier="vip")
SUBJECT = Subject("complaint", uuid4(), "t")
MONDAY = to_us(at("2026-11-23 09:00"))
HOUR = 60 * MINUTE_US


def begin(promise: Promise, started: int = MONDAY, calendar: WorkingCalendar | None = None) -> ClockState:
    return rules.start(new_id(), SUBJECT, STAMP, promise, calendar or office(), started_at=started, now=started)


def said(turn: Turn) -> list[str]:
    return [fact.fact if fact.level is None else f"{fact.fact}:{fact.level}" for fact in turn.facts]


def sweep(clock: ClockState, now: int) -> Turn:
    turn = Turn(clock, now)
    rules.catch_up(turn, now)
    return turn


def resolution(**more: object) -> Promise:
    terms: dict[str, object] = {
        "metric": "resolution",
        "budget": 240,
        "unit": Unit.BUSINESS,
        "calendar": "office",
        "pauses": {"customer": 100_000},
    }
    return Promise(**(terms | more))  # type: ignore[arg-type]  # a shorthand of this test


@settings(max_examples=80, deadline=None)
@given(
    calendars(),
    moments,
    st.integers(1, 3000),
    st.sampled_from([Unit.BUSINESS, Unit.NATURAL]),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=6),
)
def test_the_deadline_is_what_is_left_of_the_budget_when_pauses_come_and_go(
    calendar: WorkingCalendar, start: datetime, budget: int, unit: Unit, steps: list[tuple[int, int]]
) -> None:
    clock = begin(resolution(budget=budget, unit=unit), to_us(start), calendar)
    timeline = timeline_of(unit, calendar)
    now, consumed = to_us(start), 0
    for run, wait in steps:
        now += run * MINUTE_US
        turn = Turn(clock, now)
        rules.pause(turn, calendar, reason="customer", until=None)
        consumed += timeline.elapsed(now - run * MINUTE_US, now)
        now += wait * MINUTE_US
        if wait:
            turn = Turn(turn.clock, now)
        rules.resume(turn, calendar)
        clock = turn.clock
        assert clock.consumed_us == consumed
        if consumed > budget * MINUTE_US:
            assert clock.is_breached
            continue
        assert clock.deadline_at == timeline.advance(now, budget * MINUTE_US - consumed)


def test_warnings_come_once_and_not_again_after_a_pause() -> None:
    first = sweep(begin(resolution()), MONDAY + 2 * HOUR)
    assert said(first) == ["warned:50"]
    turn = Turn(first.clock, MONDAY + 2 * HOUR + 1)
    rules.pause(turn, office(), reason="customer", until=None)
    assert sweep(turn.clock, MONDAY + 20 * HOUR).facts == []  # never while paused
    turn = Turn(turn.clock, MONDAY + 24 * HOUR)
    rules.resume(turn, office())
    assert said(sweep(turn.clock, MONDAY + 30 * HOUR)) == ["warned:75", "warned:90", "breached"]


def test_warnings_are_armed_again_only_when_the_deadline_moves_later() -> None:
    swept = sweep(begin(resolution()), MONDAY + 2 * HOUR)
    later = Turn(swept.clock, MONDAY + 2 * HOUR)
    changes.retarget(later, STAMP, resolution(budget=450), cause="regraded", runs=[], calendar=office(), was=office())
    assert [check.level for check in later.clock.due if check.fact == "warned"] == ["50", "75", "90"]
    earlier = Turn(later.clock, MONDAY + 2 * HOUR)
    changes.retarget(earlier, STAMP, resolution(budget=230), cause="regraded", runs=[], calendar=office(), was=office())
    levels = [check.level for check in earlier.clock.due if check.fact == "warned"]
    assert levels == ["75", "90"]  # 50 % of the shorter budget is past: it is skipped


def test_a_warning_given_stays_given_when_the_deadline_moves_earlier() -> None:
    swept = sweep(begin(resolution(budget=480, unit=Unit.NATURAL)), MONDAY + 4 * HOUR)  # 13:00, due at 17:00
    assert said(swept) == ["warned:50"]
    turn = Turn(swept.clock, MONDAY + 4 * HOUR)
    runs: list[tuple[int, int]] = []
    changes.retarget(turn, STAMP, resolution(budget=370), cause="regraded", runs=runs, calendar=office(), was=office())
    assert turn.clock.deadline_at == to_us(at("2026-11-23 16:40"))  # lunch no longer counts: 3 of 6:10 hours are gone
    assert [check.level for check in turn.clock.due if check.fact == "warned"] == ["75", "90"]


def test_warnings_already_past_at_the_start_are_skipped() -> None:
    clock = rules.start(new_id(), SUBJECT, STAMP, resolution(), office(), started_at=MONDAY, now=MONDAY + 3 * HOUR)
    assert said(sweep(clock, MONDAY + 8 * HOUR)) == ["warned:90", "breached"]


def test_an_aim_warns_and_never_breaches() -> None:
    clock = begin(resolution(is_aim=True, ladder=(Rung(0, post="head"),)))
    swept = sweep(clock, MONDAY + 100 * HOUR)
    assert said(swept) == ["warned:50", "warned:75", "warned:90"]
    turn = Turn(swept.clock, MONDAY + 100 * HOUR)
    verdicts.stop(turn, office(), verdicts.Moment(turn.now, turn.now))
    assert said(turn) == ["met"]
    assert turn.facts[0].detail["is_late"]
    assert turn.clock.state is State.MET


def test_a_pause_after_the_breach_freezes_the_overrun() -> None:
    promise = resolution(ladder=(Rung(60, post="head"),))
    breached = sweep(begin(promise), MONDAY + 6 * HOUR)
    assert said(breached)[-1] == "breached"
    turn = Turn(breached.clock, MONDAY + 6 * HOUR)
    rules.pause(turn, office(), reason="customer", until=None)
    assert (turn.clock.state, turn.clock.is_paused) == (State.BREACHED, True)
    assert sweep(turn.clock, MONDAY + 8 * HOUR).facts == []  # the ladder waits too
    turn = Turn(turn.clock, MONDAY + 7 * HOUR)
    rules.resume(turn, office())
    assert turn.clock.deadline_at == breached.clock.deadline_at
    assert said(sweep(turn.clock, MONDAY + 7 * HOUR + HOUR)) == ["escalated:1"]
    done = Turn(turn.clock, MONDAY + 7 * HOUR)
    verdicts.stop(done, office(), verdicts.Moment(done.now, done.now))
    assert (done.clock.state, done.clock.consumed_us) == (State.BREACHED, 4 * HOUR + HOUR // 2)


def test_ladders_run_in_the_clocks_own_time_and_go_in_order() -> None:
    ladder = (Rung(30, Trigger.WARNING, post="leader"), Rung(0, post="head"), Rung(60, superior=1, otherwise="gm"))
    clock = begin(resolution(ladder=ladder), to_us(at("2026-11-23 13:30")))
    assert said(sweep(clock, MONDAY + 72 * HOUR)) == [
        "warned:50",
        "warned:75",
        "warned:90",
        "breached",
        "escalated:2",
        "escalated:1",
        "escalated:3",
    ]
    instants = {check.level: check.at for check in clock.checks if check.fact == "escalated"}
    assert instants["3"] == to_us(at("2026-11-24 09:30")) + 1
    assert instants["1"] == to_us(at("2026-11-24 08:36"))


@pytest.mark.parametrize("rung", [{}, {"post": "a", "superior": 1}, {"superior": 1}, {"post": "a", "minutes": -1}])
def test_a_rung_is_refused_when_it_could_fall_through(rung: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="升级台阶"):
        Rung(**({"minutes": 0} | rung))  # type: ignore[arg-type]  # wrong on purpose


def test_a_response_never_pauses_and_unlisted_reasons_are_refused() -> None:
    for promise, reason in ((Promise("response", 60, pauses={"customer": 60}), "customer"), (resolution(), "lunch")):
        with pytest.raises(PauseNotAllowedError):
            rules.pause(Turn(begin(promise), MONDAY), office(), reason=reason, until=None)


def test_pause_to_pause_changes_the_reason_only() -> None:
    turn = Turn(begin(resolution(pauses={"customer": 600, "third_party": 6000})), MONDAY)
    rules.pause(turn, office(), reason="customer", until=None)
    again = Turn(turn.clock, MONDAY + HOUR)
    rules.pause(again, office(), reason="third_party", until=None)
    assert again.clock == replace(turn.clock, pause_reason="third_party", version=turn.clock.version + 1)


def test_nothing_happens_to_a_stopped_clock() -> None:
    turn = Turn(begin(resolution()), MONDAY + HOUR)
    verdicts.stop(turn, office(), verdicts.Moment(turn.now, turn.now))
    stopped = turn.clock
    assert sweep(stopped, MONDAY + 1000 * HOUR).clock == stopped
    later = MONDAY + 2 * HOUR
    with pytest.raises(ClockNotOpenError):
        rules.pause(Turn(stopped, later), office(), reason="customer", until=None)
    with pytest.raises(ClockNotOpenError):
        rules.resume(Turn(stopped, later), office())
    with pytest.raises(ClockNotOpenError):
        rules.cancel(Turn(stopped, later), cause="withdrawn")
    with pytest.raises(ClockNotOpenError):
        verdicts.stop(Turn(stopped, later), office(), verdicts.Moment(later, later))
    with pytest.raises(ClockNotOpenError):
        changes.retarget(Turn(stopped, later), STAMP, resolution(), cause="x", runs=[], calendar=office(), was=office())


def test_a_new_target_for_an_untargeted_clock_counts_from_its_start() -> None:
    clock = begin(resolution(budget=None))
    turn = Turn(clock, MONDAY + HOUR)
    changes.retarget(turn, STAMP, resolution(), cause="learned_late", runs=[], calendar=office(), was=office())
    assert turn.clock.deadline_at == office().advance(MONDAY, 4 * HOUR)
    still = Turn(clock, MONDAY + HOUR)
    changes.retarget(
        still, STAMP, resolution(budget=None), cause="learned_late", runs=[], calendar=office(), was=office()
    )
    assert (still.clock.deadline_at, still.clock.is_open) == (None, True)


def test_shares_add_up_to_what_was_consumed() -> None:
    turn = Turn(begin(resolution()), MONDAY + HOUR)
    for department in ("network", "network", "safety"):
        routing = turn.clock.routing.model_copy(update={"department": department})
        hand_over(turn, office(), routing)
        turn = Turn(turn.clock, turn.now + HOUR)
    parts = shares(turn.clock, 3 * HOUR)
    assert [(part.department, part.consumed_us) for part in parts] == [
        (None, HOUR),
        ("network", 2 * HOUR),
        ("safety", 0),
    ]


def test_a_row_gives_back_the_state_and_a_fact_its_payload() -> None:
    ladder = (Rung(30, Trigger.WARNING, post="leader"), Rung(60, superior=1, otherwise="gm"))
    clock = begin(resolution(ladder=ladder))
    turn = sweep(clock, MONDAY + 100 * HOUR)
    assert state_of(row_of(turn.clock) | {"holdings": None}) == turn.clock
    assert len({id_of(fact) for fact in turn.facts}) == len(turn.facts)
    for fact in turn.facts:
        assert f"sla.{fact.fact}" == payload_of(fact).TYPE
