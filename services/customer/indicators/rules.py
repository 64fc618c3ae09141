"""Which figures there are, and what puts something into a period: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Figure(StrEnum):
    """The figures with a counting of their own; promises of orders are counted under the names that the pack gives."""

    CONTRACT = "contract.works.on_time"
    SUPPLY = "supply.continuity"
    INSPECTION = "safety_inspection.entry"
    REPEAT_ENTRY = "order.entry.repeated"
    ANSWERED = "contact.answer.in_time"
    FIRST_CONTACT = "contact.first_contact.resolved"


class PeriodRule(StrEnum):
    """The one fixed rule that puts something into a period (sla.md 18)."""

    DUE = "due_in_period"
    ENTERED = "entered_in_period"
    CALLED = "called_in_period"
    INTERRUPTED = "interrupted_in_period"


_RULES: Mapping[str, PeriodRule] = {
    Figure.SUPPLY: PeriodRule.INTERRUPTED,
    Figure.REPEAT_ENTRY: PeriodRule.ENTERED,
    Figure.ANSWERED: PeriodRule.CALLED,
    Figure.FIRST_CONTACT: PeriodRule.CALLED,
}


def rule_of(figure: str) -> PeriodRule:
    """Promises, whoever named their figure, count where they fell due."""
    return _RULES.get(figure, PeriodRule.DUE)


class Part(StrEnum):
    """Which of the counted ones are meant."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    UNTARGETED = "untargeted"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class PromiseFigure:
    """A figure of orders' promises: of these works, about these metrics."""

    figure: str
    works: Sequence[str]
    metrics: Sequence[str]


@dataclass(frozen=True, slots=True)
class Counting:
    """What the pack says of counting, beside the namings."""

    promises: Sequence[PromiseFigure]
    entered_works: Sequence[str]
    channels: Sequence[str]
    fewer_than_rings: int
    fewer_than_seconds: int
    is_planned_counted: bool
    default_tier: str


@dataclass(frozen=True, slots=True)
class Count:
    """One figure of one value of a dimension."""

    figure: str
    value: str | None
    numerator: int
    denominator: int
    untargeted: int = 0
    unanswered: int = 0
