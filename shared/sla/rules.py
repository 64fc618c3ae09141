"""What may happen to a clock: pure transitions, state in, state and facts out (sla.md 6 to 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts.base import Routing
from shared.sla.budget import Timeline, budget_us, timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.errors import ClockNotOpenError, PauseNotAllowedError, PauseTooLongError, at_field
from shared.sla.instants import MINUTE_US, Instant, from_us
from shared.sla.promise import PolicyStamp, Promise, Subject
from shared.sla.schedule import Course, arranged, plan, retime
from shared.sla.state import Check, ClockState, State, Turn

SILENT_AT_STOP = frozenset({"warned", "escalated"})
"""What was due but not said yet is never said of a clock that is being stopped (sla.md 11)."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a new clock carries along from the call that opens it."""

    correlation_id: UUID | None = None
    hops: int = 0


def start(
    clock_id: UUID,
    subject: Subject,
    stamp: PolicyStamp,
    promise: Promise,
    calendar: WorkingCalendar,
    *,
    started_at: Instant,
    now: Instant,
    sequence: int = 1,
    trace: Trace | None = None,
) -> ClockState:
    """A running clock with all its checks planned; without a budget it has no deadline (sla.md 15)."""
    trace = trace or Trace()
    terms = promise.terms
    amount = None if promise.budget is None else budget_us(promise.budget, promise.unit, started_at, calendar)
    checks: tuple[Check, ...] = ()
    deadline = None
    if amount is not None:
        course = Course(timeline_of(promise.unit, calendar), started_at, 0)
        deadline = course.instant_of(amount)
        checks = plan(terms, course, budget=amount, is_aim=promise.is_aim, not_before=now)
    return ClockState(
        id=clock_id,
        company=subject.company,
        subject_type=subject.type,
        subject_id=subject.id,
        metric=promise.metric,
        cycle=subject.cycle,
        sequence=sequence,
        version=1,
        state=State.RUNNING,
        stamp=stamp,
        clause=promise.clause,
        calendar=promise.calendar,
        calendar_revision=calendar.revision,
        unit=promise.unit,
        budget=promise.budget,
        budget_us=amount,
        started_at=started_at,
        running_since=started_at,
        deadline_at=deadline,
        next_check_at=checks[0].at if checks else None,
        is_aim=promise.is_aim,
        is_provisional=deadline is not None and promise.unit.needs_calendar and calendar.is_provisional(deadline),
        is_consequence=promise.is_consequence,
        terms=terms,
        checks=checks,
        routing=subject.routing,
        customer_id=subject.customer_id,
        title=subject.title,
        matter_id=subject.matter_id,
        correlation_id=trace.correlation_id,
        hops=trace.hops,
    )


def consumed_at(clock: ClockState, timeline: Timeline, at: Instant) -> int:
    """Counted time up to `at`, which lies in the present run or after it."""
    if clock.running_since is None:
        return clock.consumed_us
    return clock.consumed_us + timeline.elapsed(clock.running_since, max(at, clock.running_since))


def catch_up(turn: Turn, until: Instant, *, silent: frozenset[str] = frozenset()) -> None:
    """Say what fell due up to `until`, exactly as the sweep would; the breach with its true instant (sla.md 9, 14)."""
    for check in turn.clock.due:
        if check.at <= until and check.fact not in silent:
            _fire(turn, check)
    waiting = (check.at for check in turn.clock.due if check.at > until)
    turn.change(next_check_at=min(waiting, default=None))


def _fire(turn: Turn, check: Check) -> None:
    clock = turn.clock
    match check.fact:
        case "resumed":
            state = clock.state if clock.is_breached else State.RUNNING
            turn.say(
                "resumed",
                occurred_at=check.at,
                cause="pause_ended",
                detail={"is_automatic": True},
                state=state,
                running_since=check.at,
                paused_at=None,
                pause_reason=None,
                pause_until=None,
            )
        case "breached":
            breach(turn, at=clock.deadline_at, cause="deadline", consumed=check.mark)
        case "escalated":
            detail = {"trigger": check.trigger, "to_post": check.post, "superior": check.superior}
            routing = clock.routing if check.superior is not None else with_post(clock.routing, check.post)
            turn.say("escalated", occurred_at=check.at, level=check.level, detail=detail, routing=routing)
        case _:
            turn.say(check.fact, occurred_at=check.at, level=check.level)


def with_post(routing: Routing, post: str | None) -> Routing:
    """The routing with a post that was told: from then on the clock is in its queue."""
    if post is None or post in routing.posts:
        return routing
    return routing.model_copy(update={"posts": [*routing.posts, post]})


def breach(turn: Turn, *, at: Instant | None, cause: str, consumed: int) -> None:
    """Give the verdict; the row, the event and the message are made of this one fact (sla.md 9)."""
    turn.say(
        "breached",
        occurred_at=at,
        cause=cause,
        detail={"consumed_us": consumed},
        state=State.BREACHED,
        breached_at=at,
        detected_at=turn.now,
        breach_cause=cause,
    )


def require_open(clock: ClockState) -> None:
    """Refuse a clock that was stopped or cancelled.  Raises: ClockNotOpenError."""
    if not clock.is_open:
        raise ClockNotOpenError("时钟已停止或已取消")


def pause(turn: Turn, calendar: WorkingCalendar, *, reason: str, until: Instant | None) -> None:
    """Stop counting for a reason of the pack, until its longest wait at most; a second pause changes the reason only.

    Raises: ClockNotOpenError, PauseNotAllowedError, PauseTooLongError (the end is not in the future).
    """
    require_open(turn.clock)
    longest = turn.clock.terms.pauses.get(reason)
    if longest is None:
        raise PauseNotAllowedError("该原因不能暂停此时钟", errors=at_field("/reason", "not_listed", "制度未列出该原因"))
    if until is not None and until <= turn.now:
        message = "暂停的结束时间须晚于现在"
        raise PauseTooLongError(message, errors=at_field("/until", "not_in_future", message))
    catch_up(turn, turn.now)
    clock = turn.clock
    if clock.is_paused:
        if clock.pause_reason != reason:
            turn.say("paused", reason=reason, detail={"from_reason": clock.pause_reason}, pause_reason=reason)
        return
    timeline = timeline_of(clock.unit, calendar)
    end = min(turn.now + longest * MINUTE_US, until or turn.now + longest * MINUTE_US)
    turn.change(
        consumed_us=consumed_at(clock, timeline, turn.now), running_since=None, paused_at=turn.now, pause_until=end
    )
    _replan_run(turn, timeline, end)
    turn.say(
        "paused",
        reason=reason,
        detail={"until": from_us(end).isoformat()},
        state=clock.state if clock.is_breached else State.PAUSED,
        pause_reason=reason,
    )


def resume(turn: Turn, calendar: WorkingCalendar) -> None:
    """Count again from now: deadline = advance(now, budget − consumed) (sla.md 1).  Raises: ClockNotOpenError."""
    require_open(turn.clock)
    catch_up(turn, turn.now)
    if not turn.clock.is_paused:
        if turn.facts:
            return  # the pause had ended by itself a moment ago
        raise ClockNotOpenError("时钟没有暂停")
    end_pause(turn, timeline_of(turn.clock.unit, calendar), turn.now)


def end_pause(turn: Turn, timeline: Timeline, at: Instant) -> None:
    """Close the pause at an instant and plan what is still to be said."""
    clock = turn.clock
    turn.change(
        state=clock.state if clock.is_breached else State.RUNNING,
        running_since=at,
        paused_at=None,
        pause_reason=None,
        pause_until=None,
    )
    _replan_run(turn, timeline, at)
    turn.say("resumed", occurred_at=at, detail={"is_automatic": False})


def _replan_run(turn: Turn, timeline: Timeline, run_from: Instant) -> None:
    """New instants for what was not said yet, on a run that begins at `run_from`; a verdict's deadline stays."""
    clock = turn.clock
    course = Course(timeline, run_from, clock.consumed_us)
    waiting = retime(clock.due, course)
    if clock.is_paused and clock.pause_until is not None:
        waiting = (Check(clock.pause_until, "resumed"), *waiting)
    checks, next_check_at = arranged(clock.said, waiting)
    deadline = clock.deadline_at
    if clock.budget_us is not None and clock.breached_at is None:
        deadline = course.instant_of(clock.budget_us)
    turn.change(checks=checks, next_check_at=next_check_at, deadline_at=deadline)


def cancel(turn: Turn, *, cause: str, reason: str | None = None) -> None:
    """End a clock that nobody owes any more; a breach stays one (sla.md 7).  Raises: ClockNotOpenError."""
    require_open(turn.clock)
    catch_up(turn, turn.now)
    clock = turn.clock
    turn.say(
        "cancelled",
        cause=cause,
        reason=reason,
        state=clock.state if clock.is_breached else State.CANCELLED,
        **standstill(clock, turn.now),
    )


def standstill(clock: ClockState, at: Instant) -> Mapping[str, Any]:
    """The columns of a clock that stopped at an instant."""
    return {
        "stopped_at": at,
        "next_check_at": None,
        "running_since": None,
        "paused_at": None,
        "pause_reason": None,
        "pause_until": None,
        "checks": clock.said,
    }
