"""The instants at which a clock warns, breaches and climbs its ladder, planned ahead (sla.md 11, 12, 14)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.sla.budget import Timeline
from shared.sla.instants import MINUTE_US, Instant
from shared.sla.promise import Rung, Trigger
from shared.sla.state import Check, Terms

_ORDER = {"resumed": 0, "warned": 1, "escalated": 2, "breached": 3}


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock will run if nobody touches it: from an instant on, with so much time consumed before."""

    timeline: Timeline
    run_from: Instant
    consumed: int

    def instant_of(self, mark: int) -> Instant:
        """When the counted time reaches `mark`; in the past if it has."""
        return self.timeline.advance(self.run_from, mark - self.consumed)


def plan(
    terms: Terms,
    course: Course,
    *,
    budget: int,
    is_aim: bool,
    not_before: Instant,
    said: frozenset[tuple[str, str | None]] = frozenset(),
) -> tuple[Check, ...]:
    """Every check of a clock that is not breached yet.

    Warnings already past at `not_before` are skipped, and those `said` for a deadline that did not move later.
    """
    warnings = [_warning(course, budget, percent) for percent in terms.warn_at]
    last = max((check.mark for check in warnings), default=None)
    checks = warnings + [
        _rung(course, number, rung, last)
        for number, rung in enumerate(terms.ladder, 1)
        if rung.after is Trigger.WARNING and last is not None
    ]
    checks = [check for check in checks if check.at > not_before and (check.fact, check.level) not in said]
    if not is_aim:
        checks.append(Check(course.instant_of(budget) + 1, "breached", budget))
        checks += after_breach(terms, course, budget)
    return in_order(checks)


def after_breach(terms: Terms, course: Course, breach_mark: int) -> tuple[Check, ...]:
    """The rungs that are counted from the breach."""
    return tuple(
        _rung(course, number, rung, breach_mark)
        for number, rung in enumerate(terms.ladder, 1)
        if rung.after is Trigger.BREACH
    )


def retime(checks: Iterable[Check], course: Course) -> tuple[Check, ...]:
    """The same checks on another course; an end of a pause is not one of them."""
    return in_order(
        replace(check, at=course.instant_of(check.mark) + _strictly(check))
        for check in checks
        if check.fact != "resumed"
    )


def arranged(said: Iterable[Check], waiting: Iterable[Check]) -> tuple[tuple[Check, ...], Instant | None]:
    """All checks, and the instant that parts those said from those waiting; nothing waits before what was said."""
    spoken = tuple(check for check in said if check.fact != "resumed")
    floor = max((check.at + 1 for check in spoken), default=0)
    rest = tuple(replace(check, at=max(check.at, floor)) for check in waiting)
    return spoken + rest, rest[0].at if rest else None


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """By instant; at the same one a breach comes before the rungs that follow it."""
    return tuple(sorted(checks, key=lambda check: (check.at, check.mark, _rank(check))))


def _rank(check: Check) -> int:
    return 4 if check.trigger == Trigger.BREACH else _ORDER[check.fact]


def _strictly(check: Check) -> int:
    """Exactly at the deadline is met: a breach is due one microsecond later, and so are its rungs (sla.md 10)."""
    return 1 if check.fact == "breached" or check.trigger == Trigger.BREACH else 0


def _warning(course: Course, budget: int, percent: int) -> Check:
    mark = budget * percent // 100
    return Check(course.instant_of(mark), "warned", mark, str(percent))


def _rung(course: Course, number: int, rung: Rung, base: int | None) -> Check:
    mark = (base or 0) + rung.minutes * MINUTE_US
    check = Check(0, "escalated", mark, str(number), rung.after.value, rung.last_post, rung.superior)
    return replace(check, at=course.instant_of(mark) + _strictly(check))
