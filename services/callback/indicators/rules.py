"""Which figures the callback service counts besides those of its clocks, and when one is reached; pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Figure(StrEnum):
    """The figures; the pack's indicators name them."""

    SHARE = "callback.share"
    IN_WINDOW = "callback.in_window"
    REACHED = "callback.reached"
    SATISFIED = "callback.satisfied"
    SURVEY_SATISFIED = "survey.satisfied"
    OPINIONS_ON_TIME = "opinion.answered_on_time"
    VISITS_FULFILLED = "visit.plan_fulfilled"
    CALL_QUALITY = "call.quality"
    SUPERVISION_ON_TIME = "supervision.answered_on_time"


PERIOD_RULES = {
    Figure.SHARE: "happened_in_period",
    Figure.IN_WINDOW: "due_in_period",
    Figure.REACHED: "called_in_period",
    Figure.SATISFIED: "called_in_period",
    Figure.SURVEY_SATISFIED: "surveyed_in_period",
    Figure.OPINIONS_ON_TIME: "due_in_period",
    Figure.VISITS_FULFILLED: "due_in_period",
    Figure.CALL_QUALITY: "settled_in_period",
    Figure.SUPERVISION_ON_TIME: "due_in_period",
}
"""The one fixed rule by which something belongs to a period (sla.md 18)."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a stratum is drawn by."""

    numerator: int
    denominator: int

    def percent(self) -> Decimal:
        """As it is shown."""
        return Decimal(100) * self.numerator / self.denominator

    def is_kept(self, drawn: int, seen: int) -> bool:
        """Whether the draw is within one of the ratio, as the seeded draw promises at every moment."""
        return abs(drawn * self.denominator - seen * self.numerator) <= self.denominator


@dataclass(frozen=True, slots=True)
class Count:
    """One figure of one value of a dimension."""

    figure: Figure
    value: str | None
    numerator: int
    denominator: int
    untargeted: int = 0
    unanswered: int = 0
    business: str | None = None
    """Of a share by tier: ratios differ by business."""
    ratio: Ratio | None = None
    at_least: Decimal | None = None
    """A target in percent that comes with the figure, such as a survey's."""
