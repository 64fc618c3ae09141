"""Any history of a clock, against a model that only adds up the stretches in which it ran."""

from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.ids import new_id
from shared.sla import changes, rules, verdicts
from shared.sla.budget import timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import MINUTE_US, to_us
from shared.sla.messages import id_of, payload_of
from shared.sla.promise import PolicyStamp, Promise, Rung, Subject, Trigger, Unit
from shared.sla.state import ClockFact, State, Turn
from tests.shared.sla.calendars import OFFICE, at

STAMP = PolicyStamp("p", "c", "1")
LADDER = (Rung(10, Trigger.WARNING, post="leader"), Rung(0, post="head"), Rung(45, superior=1, otherwise="gm"))
OPEN_FACTS = {"warned", "escalated", "breached", "paused", "resumed"}
minutes = st.integers(0, 400).map(lambda count: count * MINUTE_US)


def promise(budget: int, unit: Unit) -> Promise:
    return Promise("resolution", budget, unit, "office", ladder=LADDER, pauses={"customer": 300, "stop": 5000})


class ClockMachine(RuleBasedStateMachine):
    """Time passes with or without a sweep; people pause, resume, retarget and answer whenever they like."""

    @initialize(budget=st.integers(1, 900), unit=st.sampled_from([Unit.BUSINESS, Unit.NATURAL]))
    def begin(self, budget: int, unit: Unit) -> None:
        self.calendar = WorkingCalendar(OFFICE, code="office")
        self.now = to_us(at("2026-11-23 08:00"))
        self.unit = unit
        self.budget = budget * MINUTE_US
        subject = Subject("complaint", uuid4(), "t")
        self.clock = rules.start(
            new_id(), subject, STAMP, promise(budget, unit), self.calendar, started_at=self.now, now=self.now
        )
        self.facts: list[ClockFact] = []
        self.runs: list[list[int | None]] = [[self.now, None]]
        self.wakes_at: int | None = None
        self.was_breached = False

    def _take(self, turn: Turn) -> None:
        self.clock = turn.clock
        self.facts += turn.facts
        self.was_breached |= any(fact.fact == "breached" for fact in turn.facts)

    def _model_time(self, until: int) -> None:
        if self.wakes_at is not None and self.wakes_at <= until:
            self.runs.append([self.wakes_at, None])
            self.wakes_at = None

    def _consumed(self, until: int) -> int:
        timeline = timeline_of(self.unit, self.calendar)
        return sum(
            timeline.elapsed(start, max(start, until if end is None else min(end, until)))
            for start, end in self.runs
            if start is not None and start <= until
        )

    def _is_open(self) -> bool:
        return self.clock.is_open

    @rule(passed=minutes, swept=st.booleans())
    def time_passes(self, passed: int, swept: bool) -> None:
        self.now += passed
        self._model_time(self.now)
        if swept:
            turn = Turn(self.clock, self.now)
            rules.catch_up(turn, self.now)
            self._take(turn)
            assert all(check.at > self.now for check in self.clock.due)

    @precondition(_is_open)
    @rule(reason=st.sampled_from(["customer", "stop"]))
    def pause(self, reason: str) -> None:
        turn = Turn(self.clock, self.now)
        rules.pause(turn, self.calendar, reason=reason, until=None)
        if self.runs[-1][1] is None and self.wakes_at is None:
            self.runs[-1][1] = self.now
            self.wakes_at = self.now + {"customer": 300, "stop": 5000}[reason] * MINUTE_US
        self._take(turn)
        assert self.clock.is_paused

    @precondition(lambda self: self.clock.is_open and self.clock.is_paused)
    @rule()
    def resume(self) -> None:
        turn = Turn(self.clock, self.now)
        rules.resume(turn, self.calendar)
        if self.wakes_at is not None:
            self.wakes_at = None
            self.runs.append([self.now, None])
        self._take(turn)

    @precondition(_is_open)
    @rule(budget=st.integers(1, 900))
    def retarget(self, budget: int) -> None:
        turn = Turn(self.clock, self.now)
        changes.retarget(
            turn,
            STAMP,
            promise(budget, self.unit),
            cause="regraded",
            runs=[],
            calendar=self.calendar,
            was=self.calendar,
        )
        if not (turn.clock.is_breached and turn.facts[-1].detail.get("keeps_breach")):
            self.budget = budget * MINUTE_US
        self._take(turn)

    @precondition(_is_open)
    @rule(back=st.integers(0, 60).map(lambda count: count * MINUTE_US), closes=st.sampled_from([False] * 4 + [True]))
    def answer(self, back: int, closes: bool) -> None:
        if not closes:
            return
        moment = verdicts.Moment(self.now - back, self.now - back)
        deadline = self.clock.deadline_at
        turn = Turn(self.clock, self.now)
        verdicts.stop(turn, self.calendar, moment)
        self._take(turn)
        assert deadline is not None
        if self.clock.state is State.BREACHED:
            assert moment.judged_at > (self.clock.deadline_at or 0)
        elif self.was_breached:
            assert self.clock.breach_retracted_at == turn.now

    @precondition(_is_open)
    @rule(closes=st.sampled_from([False] * 6 + [True]))
    def cancel(self, closes: bool) -> None:
        if closes:
            turn = Turn(self.clock, self.now)
            rules.cancel(turn, cause="withdrawn")
            self._take(turn)
            assert self.clock.state is (State.BREACHED if self.was_breached else State.CANCELLED)

    @invariant()
    def the_breach_is_given_once_and_stays(self) -> None:
        breaches = [fact for fact in self.facts if fact.fact == "breached"]
        assert len(breaches) <= 1
        assert (self.clock.breached_at is not None) == bool(breaches)
        retracted = any(fact.fact == "breach_retracted" for fact in self.facts)
        assert self.clock.is_breached == (bool(breaches) and not retracted)

    @invariant()
    def the_deadline_is_what_is_left_of_the_budget(self) -> None:
        clock = self.clock
        if not clock.is_open or clock.is_breached or clock.is_paused or clock.running_since is None:
            return
        if clock.due and clock.due[0].at <= self.now:
            return  # the sweep has not looked yet
        timeline = timeline_of(self.unit, self.calendar)
        left = self.budget - self._consumed(self.now)
        assert left >= 0
        assert timeline.elapsed(self.now, clock.deadline_at or 0) == left

    @invariant()
    def the_sweep_breaches_exactly_what_consumed_more_than_its_budget(self) -> None:
        clock = self.clock
        if clock.is_open and not (clock.due and clock.due[0].at <= self.now) and not clock.is_breached:
            assert self._consumed(self.now) <= self.budget

    @invariant()
    def each_thing_is_said_once_and_nothing_after_the_end(self) -> None:
        ids = [id_of(fact) for fact in self.facts]
        assert len(ids) == len(set(ids))
        assert [fact.clock.version for fact in self.facts] == list(range(2, 2 + len(self.facts)))
        assert self.clock.version == 1 + len(self.facts)
        ends = [n for n, fact in enumerate(self.facts) if fact.fact in ("met", "cancelled")]
        assert len(ends) <= 1
        if ends:
            assert not OPEN_FACTS & {fact.fact for fact in self.facts[ends[0] + 1 :]}
            assert self.clock.next_check_at is None
        breach = next((n for n, fact in enumerate(self.facts) if fact.fact == "breached"), None)
        if breach is not None:
            assert "warned" not in {fact.fact for fact in self.facts[breach:]}
        for fact in self.facts[-3:]:
            payload_of(fact)


TestClockMachine = ClockMachine.TestCase
TestClockMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
