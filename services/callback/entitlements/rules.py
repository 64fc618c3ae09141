"""States of an evaluation and what must be scored; how a customer stands with a service: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.callback.entitlements.errors import (
    EvaluationStepNotAllowedError,
    ImprovementMissingError,
    ScoreCategoryError,
)

WRITTEN, REVIEWED = "written", "reviewed"
"""The metrics: to its being submitted, and from there to the review."""


class EvaluationState(StrEnum):
    """Where an evaluation stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    AGREED = "agreed"


class EvaluationAct(StrEnum):
    """What is done to an evaluation."""

    SUBMIT = "submit"
    REVIEW = "review"


ALLOWED: Mapping[EvaluationAct, frozenset[EvaluationState]] = {
    EvaluationAct.SUBMIT: frozenset({EvaluationState.OPEN, EvaluationState.RETURNED}),
    EvaluationAct.REVIEW: frozenset({EvaluationState.SUBMITTED}),
}


def check(act: EvaluationAct, state: str) -> None:
    """Raises: EvaluationStepNotAllowedError."""
    if EvaluationState(state) not in ALLOWED[act]:
        raise EvaluationStepNotAllowedError.of(act.value, state)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is said of the year: scores by category, satisfaction in words, needs, what was agreed for the next."""

    scores: Mapping[str, int]
    summary: str
    needs: str | None = None
    improvements: tuple[str, ...] = ()

    def check(self, categories: Sequence[str], low_up_to: int) -> None:
        """Raises: ScoreCategoryError, ImprovementMissingError."""
        for code in self.scores:
            if code not in categories:
                raise ScoreCategoryError.at_pointer(f"/scores/{code}")
        if set(self.scores) != set(categories):
            raise ScoreCategoryError.at_pointer("/scores")
        if min(self.scores.values()) <= low_up_to and not self.improvements:
            raise ImprovementMissingError.at_pointer("/improvements")


class Occasion(Protocol):
    """What is read of a visit."""

    @property
    def id(self) -> UUID: ...
    @property
    def service(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def window_from(self) -> datetime: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def planned_on(self) -> date | None: ...
    @property
    def visited_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Had:
    """What was had of a service this year, and what is next."""

    done: int = 0
    missed: int = 0
    open: int = 0
    last_at: datetime | None = None
    next_id: UUID | None = None
    next_on: date | None = None
    next_due_at: datetime | None = None


@dataclass(slots=True)
class _Count:
    done: int = 0
    missed: int = 0
    open: list[Occasion] = field(default_factory=list)
    last_at: datetime | None = None


def had(visits: Sequence[Occasion]) -> dict[str, Had]:
    """By service, from the visits of the year and those still open."""
    counts: dict[str, _Count] = {}
    for visit in visits:
        count = counts.setdefault(visit.service, _Count())
        if visit.state == "done":
            count.done += 1
            count.last_at = max(filter(None, (count.last_at, visit.visited_at)), default=None)
        elif visit.state == "missed":
            count.missed += 1
        elif visit.state in ("planned", "rescheduled"):
            count.open.append(visit)
    return {code: _had(count) for code, count in counts.items()}


def _had(count: _Count) -> Had:
    following = min(count.open, key=_when, default=None)
    return Had(
        done=count.done,
        missed=count.missed,
        open=len(count.open),
        last_at=count.last_at,
        next_id=following.id if following else None,
        next_on=following.planned_on if following else None,
        next_due_at=following.due_at if following else None,
    )


def _when(visit: Occasion) -> tuple[date, UUID]:
    return (visit.planned_on or visit.window_from.date(), visit.id)
