"""What changes under a running clock: tier, grade or policy, and the calendar itself (sla.md 4, 7)."""

from collections.abc import Sequence
from typing import Any

from shared.sla.budget import Timeline, budget_us, timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.instants import Instant, maybe_from_us
from shared.sla.promise import PolicyStamp, Promise
from shared.sla.rules import breach, cancel, catch_up, require_open
from shared.sla.schedule import Course, after_breach, arranged, plan
from shared.sla.state import Check, ClockState, Turn

Interval = tuple[Instant, Instant]
"""A stretch in which the clock ran."""


def retarget(
    turn: Turn,
    stamp: PolicyStamp,
    promise: Promise | None,
    *,
    cause: str,
    runs: Sequence[Interval],
    calendar: WorkingCalendar,
    was: WorkingCalendar,
) -> None:
    """Carry: keep start and consumed time, replace the budget (sla.md 7).

    `runs` are the stretches before the present run, counted anew when the timeline changes; `calendar` is the new
    promise's, `was` the one in force.  A breach given before is never erased.  Raises: ClockNotOpenError.
    """
    require_open(turn.clock)
    catch_up(turn, turn.now)
    clock = turn.clock
    if promise is None or (promise.budget is None and clock.budget is not None):
        turn.change(stamp=stamp)
        cancel(turn, cause="no_target")
        return
    if clock.is_breached:
        turn.say("retargeted", cause=cause, detail=_difference(clock, clock) | {"keeps_breach": True})
        return
    timeline = timeline_of(promise.unit, calendar)
    is_same_time = timeline is timeline_of(clock.unit, was)
    turn.change(
        stamp=stamp,
        clause=promise.clause,
        calendar=promise.calendar,
        calendar_revision=calendar.revision,
        unit=promise.unit,
        budget=promise.budget,
        is_aim=promise.is_aim,
        is_consequence=promise.is_consequence,
        terms=promise.terms,
        consumed_us=clock.consumed_us if is_same_time else _counted(timeline, runs),
    )
    _reset(turn, calendar, timeline, "retargeted", cause=cause, breach_cause="retarget")


def recalendar(turn: Turn, calendar: WorkingCalendar, *, runs: Sequence[Interval]) -> None:
    """Count an open clock anew by another revision of its calendar (sla.md 4); a verdict given stays as it is."""
    clock = turn.clock
    if not clock.is_open or not clock.unit.needs_calendar:
        return
    catch_up(turn, turn.now)
    if turn.clock.is_breached:
        return
    turn.change(calendar_revision=calendar.revision, consumed_us=_counted(calendar, runs))
    _reset(turn, calendar, calendar, "recalendared", cause="calendar", breach_cause="recalendar")


def _counted(timeline: Timeline, runs: Sequence[Interval]) -> int:
    return sum(timeline.elapsed(start, end) for start, end in runs)


def _reset(
    turn: Turn, calendar: WorkingCalendar, timeline: Timeline, fact: str, *, cause: str, breach_cause: str
) -> None:
    clock, before = turn.clock, turn.before
    run_from = clock.running_since if clock.running_since is not None else clock.pause_until or turn.now
    course = Course(timeline, run_from, clock.consumed_us)
    amount = None if clock.budget is None else budget_us(clock.budget, clock.unit, clock.started_at, calendar)
    deadline = None if amount is None else course.instant_of(amount)
    checks: Sequence[Check] = ()
    is_late = deadline is not None and not clock.is_aim and _is_past(clock, deadline, amount, turn.now)
    if amount is not None:
        # while it waits, the clock has reached every mark up to what it consumed: none of them is still to come
        checks = _planned(clock, course, amount, deadline, max(turn.now, run_from), is_late=is_late)
    if clock.is_paused and clock.pause_until is not None:
        checks = (Check(clock.pause_until, "resumed"), *checks)
    checks, next_check_at = arranged(clock.said, checks)
    turn.change(
        budget_us=amount,
        deadline_at=deadline,
        is_provisional=deadline is not None and clock.unit.needs_calendar and calendar.is_provisional(deadline),
        checks=checks,
        next_check_at=next_check_at,
    )
    turn.say(fact, cause=cause, detail=_difference(before, turn.clock))
    if is_late:
        breach(turn, at=turn.now, cause=breach_cause, consumed=_consumed(turn.clock, course, turn.now))


def _is_past(clock: ClockState, deadline: Instant, amount: int | None, now: Instant) -> bool:
    """A paused clock is past its deadline when it consumed more than the budget, whatever the time is."""
    return clock.consumed_us > (amount or 0) if clock.is_paused else deadline < now


def _planned(
    clock: ClockState, course: Course, amount: int, deadline: Instant | None, not_before: Instant, *, is_late: bool
) -> Sequence[Check]:
    if is_late:
        return after_breach(clock.terms.after, course, max(_consumed(clock, course, not_before), amount))
    moved_later = clock.deadline_at is not None and deadline is not None and deadline > clock.deadline_at
    said = frozenset() if moved_later else frozenset((check.fact, check.level) for check in clock.said)
    return plan(clock.terms, course, budget=amount, is_aim=clock.is_aim, not_before=not_before, said=said)


def _consumed(clock: ClockState, course: Course, now: Instant) -> int:
    running = 0 if clock.running_since is None else course.timeline.elapsed(clock.running_since, now)
    return course.consumed + running


def _difference(before: ClockState, after: ClockState) -> dict[str, Any]:
    """What the change changed, for the event and the explanation."""
    return {
        "from_deadline_at": _text(before.deadline_at),
        "to_deadline_at": _text(after.deadline_at),
        "from_budget": before.budget,
        "to_budget": after.budget,
        "from_unit": before.unit.value,
        "to_unit": after.unit.value,
        "from_tier": before.stamp.tier,
        "from_grade": before.stamp.grade,
        "from_policy_version": before.stamp.version,
        "from_calendar_revision": before.calendar_revision,
        "to_calendar_revision": after.calendar_revision,
        "from_clause": before.clause,
    }


def _text(at: Instant | None) -> str | None:
    found = maybe_from_us(at)
    return None if found is None else found.isoformat()
