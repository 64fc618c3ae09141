"""What is said of an improvement, a meeting, a publication, and how it is checked: pure."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.inspection.improvement.errors.gathering import (
    ExamplePersonalError,
    GatheringHeldError,
    GatheringMinutesError,
)
from services.inspection.improvement.errors.improving import (
    ImprovementCodeUnknownError,
    ImprovementDueError,
    ProposalAnswerError,
)
from services.inspection.improvement.rules.states import GatheringKind, ImprovementSource, ProposalState
from services.inspection.policy_improvement import Gathering, Improvement

_NUMBER = re.compile(r"\d{7,}")
"""A telephone, identity or customer number; dates are written with separators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementDraft:
    """An improvement before anybody decided on it."""

    source: ImprovementSource
    title: str
    department: str
    source_id: UUID | None = None
    source_number: str | None = None
    clause: str | None = None
    """None = that of the source, or of the pack's section."""
    goal: str | None = None
    measure: str | None = None
    team: str | None = None
    plan_id: UUID | None = None
    proposer_id: UUID | None = None
    matter_id: UUID | None = None
    candidate_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """How an improvement is to be done."""

    owner_id: UUID
    due_on: date
    goal: str
    measure: str
    team: str | None = None
    plan_id: UUID | None = None
    """None = the open plan of the year in which it is due."""
    indicator: str | None = None
    """None = measured by hand."""
    indicator_category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandEffect:
    """An effect that somebody measured."""

    before_numerator: int
    before_denominator: int
    after_numerator: int
    after_denominator: int
    is_less_better: bool
    words: str
    file_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a meeting decided."""

    words: str
    owner_id: UUID
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A training or meeting that was held."""

    kind: GatheringKind
    department: str
    subject: str
    held_at: datetime
    minutes: int
    person_ids: tuple[UUID, ...]
    team: str | None = None
    led_by: UUID | None = None
    words: str | None = None
    file_ids: tuple[UUID, ...] = ()
    makes_up: str | None = None
    """An earlier period that is still owed."""
    assessed: int | None = None
    passed: int | None = None
    decisions: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnswer:
    """What the office says to a proposal."""

    outcome: ProposalState
    words: str
    department: str | None = None
    """Of the improvement that an accepted one becomes."""
    duplicate_of: UUID | None = None


def check_answer(answer: ProposalAnswer) -> None:
    """Raises: ProposalAnswerError."""
    if (answer.outcome is ProposalState.ACCEPTED) != (answer.department is not None):
        raise ProposalAnswerError.at_pointer("/department")
    if (answer.outcome is ProposalState.DUPLICATE) != (answer.duplicate_of is not None):
        raise ProposalAnswerError.at_pointer("/duplicate_of")


def check_due(due_on: date, today: date, longest_days: int, pointer: str = "/due_on") -> None:
    """Raises: ImprovementDueError."""
    if not today < due_on <= today + timedelta(days=longest_days):
        raise ImprovementDueError.at_pointer(pointer)


def check_department(department: str, departments: Container[str], pointer: str = "/department") -> None:
    """Raises: ImprovementCodeUnknownError."""
    if department not in departments:
        raise ImprovementCodeUnknownError.at_pointer(pointer)


def check_indicator(terms: PlanTerms, section: Improvement) -> None:
    """Raises: ImprovementCodeUnknownError."""
    if terms.indicator is None:
        if terms.indicator_category is not None:
            raise ImprovementCodeUnknownError.at_pointer("/indicator_category")
        return
    indicator = section.effect.indicators.get(terms.indicator)
    if indicator is None:
        raise ImprovementCodeUnknownError.at_pointer("/indicator")
    if indicator.needs_category != (terms.indicator_category is not None):
        raise ImprovementCodeUnknownError.at_pointer("/indicator_category")


def check_held(held: Held, terms: Gathering, *, now: datetime, ends_at: datetime) -> None:
    """`ends_at`: until when the period in which it was held is recorded.

    Raises: GatheringHeldError, GatheringMinutesError.
    """
    if held.held_at > now or now >= ends_at:
        raise GatheringHeldError.at_pointer("/held_at")
    if terms.needs_minutes and not held.file_ids:
        raise GatheringMinutesError.at_pointer("/file_ids")


def check_public(**texts: str) -> None:
    """Raises: ExamplePersonalError."""
    for name, words in texts.items():
        if _NUMBER.search(words):
            raise ExamplePersonalError.at_pointer(f"/{name}")
