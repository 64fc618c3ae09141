"""The instants at which a clock warns, breaches and climbs its ladder, planned ahead (sla.md 11, 12, 14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.sla.budget import Timeline
from shared.sla.instants import Instant
from shared.sla.promise import Step, Terms, Trigger
from shared.sla.state import Check


@dataclass(frozen=True, slots=True)
class Course:
    """How a clock will run if nobody touches it: from an instant on, with so much time consumed before."""

    timeline: Timeline
    run_from: Instant
    consumed: int

    def instant_of(self, mark: int) -> Instant:
        """When the counted time reaches `mark`; in the past if it has."""
        return self.timeline.advance(self.run_from, mark - self.consumed)

    def instants_of(self, marks: Sequence[int]) -> list[Instant]:
        """The same for many marks."""
        consumed = self.consumed
        return self.timeline.instants(self.run_from, [mark - consumed for mark in marks])


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
    steps = terms.before
    marks = [budget * step.percent // 100 + step.offset for step in steps]
    checks = [
        Check(at, step.fact, mark, step.level, step.trigger, step.post, step.superior)
        for step, mark, at in zip(steps, marks, course.instants_of(marks), strict=True)
        if at > not_before and (step.fact, step.level) not in said
    ]
    if not is_aim:
        checks.append(Check(course.instant_of(budget) + 1, "breached", budget))
        checks += after_breach(terms.after, course, budget)
    return in_order(checks)


def after_breach(steps: Sequence[Step], course: Course, breach_mark: int) -> list[Check]:
    """The rungs that are counted from a breach at `breach_mark`; due when that instant has passed, as the breach is."""
    marks = [breach_mark + step.offset for step in steps]
    return [
        Check(at + 1, step.fact, mark, step.level, step.trigger, step.post, step.superior)
        for step, mark, at in zip(steps, marks, course.instants_of(marks), strict=True)
    ]


def retime(checks: Iterable[Check], course: Course) -> tuple[Check, ...]:
    """The same checks on another course; an end of a pause is not one of them."""
    return in_order(
        check._replace(at=course.instant_of(check.mark) + _strictly(check))
        for check in checks
        if check.fact != "resumed"
    )


def arranged(said: Iterable[Check], waiting: Iterable[Check]) -> tuple[tuple[Check, ...], Instant | None]:
    """All checks, and the instant that parts those said from those waiting; nothing waits before what was said."""
    spoken = tuple(check for check in said if check.fact != "resumed")
    floor = max((check.at + 1 for check in spoken), default=0)
    rest = tuple(check if check.at >= floor else check._replace(at=floor) for check in waiting)
    return spoken + rest, rest[0].at if rest else None


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """By instant; at the same one a warning comes before its rungs, and a breach before those that follow it."""
    return tuple(sorted(checks, key=_place))


def _place(check: Check) -> tuple[Instant, int, bool]:
    return check.at, check.mark, check.trigger is not None


def _strictly(check: Check) -> int:
    """Exactly at the deadline is met: a breach is due one microsecond later, and so are its rungs (sla.md 10)."""
    return 1 if check.fact == "breached" or check.trigger == Trigger.BREACH else 0
