"""Which figures there are, what each counts, when a target is met, and what is out of the ordinary: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from statistics import fmean, pstdev


class Figure(StrEnum):
    """The figures that are counted from cases; the pack's indicators name them."""

    RESPONSE_ON_TIME = "complaint.response.on_time"
    RESOLUTION_ON_TIME = "complaint.resolution.on_time"
    RESOLUTION_RATE = "complaint.resolution_rate"
    SATISFIED = "complaint.handling.satisfied"
    RATE = "complaint.rate"
    REPEAT_RATE = "complaint.repeat_rate"


class PeriodRule(StrEnum):
    """The one fixed rule that puts something into a period (sla.md 18)."""

    DUE = "due_in_period"
    OPENED = "opened_in_period"
    CALLED = "called_in_period"


RULES: Mapping[Figure, PeriodRule] = {
    Figure.RESPONSE_ON_TIME: PeriodRule.DUE,
    Figure.RESOLUTION_ON_TIME: PeriodRule.DUE,
    Figure.RESOLUTION_RATE: PeriodRule.OPENED,
    Figure.SATISFIED: PeriodRule.CALLED,
    Figure.RATE: PeriodRule.OPENED,
    Figure.REPEAT_RATE: PeriodRule.OPENED,
}


class Part(StrEnum):
    """Which of the counted ones are meant."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    UNTARGETED = "untargeted"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a tier must reach, in the indicator's own unit; exactly one bound."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def is_met(self, numerator: int, denominator: int, per: int) -> bool | None:
        """Whether the figure reaches the bound; None where nothing was counted."""
        if denominator == 0:
            return None
        shown = Decimal(per) * numerator / denominator
        return shown >= self.at_least if self.at_least is not None else shown <= (self.at_most or 0)


@dataclass(frozen=True, slots=True)
class Naming:
    """What the pack says of a figure; kept with it when its period is frozen."""

    indicator: str
    name: str
    formula: str
    per: int
    clause: str
    kinds: tuple[str, ...] = ()
    goals: Mapping[str, Goal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """One figure of one value of a dimension."""

    figure: str
    value: str | None
    numerator: int
    denominator: int
    untargeted: int = 0
    unanswered: int = 0


def per_customers(counts: Sequence[Count], customers: Mapping[str, int], *, by_tier: bool) -> list[Count]:
    """Give complaints their customers as the denominator: the tier's, or all; a tier without complaints has 0."""
    total = sum(customers.values())
    complained = {count.value: count.numerator for count in counts if count.figure == Figure.RATE}
    others = [count for count in counts if count.figure != Figure.RATE]
    values = [*complained, *(tier for tier in customers if tier not in complained)] if by_tier else list(complained)
    rates = [
        Count(Figure.RATE, value, complained.get(value, 0), customers.get(value or "", 0) if by_tier else total)
        for value in values
    ]
    return sorted([*others, *rates], key=lambda count: (count.figure, count.value or ""))


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The pack's settings of what is out of the ordinary."""

    min_weeks: int
    factor: float
    min_count: int


class Verdict(StrEnum):
    """How a week stands against the weeks before it."""

    ORDINARY = "ordinary"
    ABOVE = "above"
    BELOW = "below"
    TOO_FEW = "too_few"
    """Too little was counted to say."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A week's value, what the weeks before it lead to expect, and the verdict."""

    value: float | None
    mean: float | None
    deviation: float | None
    lower: float | None
    upper: float | None
    verdict: Verdict


UNKNOWN = Compared(None, None, None, None, None, Verdict.TOO_FEW)


def compare_counts(before: Sequence[int], now: int, yardstick: Yardstick) -> Compared:
    """Numbers of complaints; the deviation is at least that of a Poisson count, so that quiet weeks are not alarming.

    A week without complaints counts as 0.
    """
    mean = fmean(before)
    deviation = max(pstdev(before), sqrt(mean))
    return _judged(float(now), mean, deviation, yardstick, enough=max(now, mean) >= yardstick.min_count)


def compare_shares(before: Sequence[tuple[int, int]], now: tuple[int, int], yardstick: Yardstick) -> Compared:
    """Shares of numerator and denominator; the deviation is at least that of drawing so few at the mean share."""
    shares = [numerator / denominator for numerator, denominator in before if denominator]
    numerator, denominator = now
    if denominator == 0 or not shares:
        return UNKNOWN
    mean = fmean(shares)
    deviation = max(pstdev(shares), sqrt(mean * (1 - mean) / denominator))
    enough = denominator >= yardstick.min_count and len(shares) >= yardstick.min_weeks
    return _judged(numerator / denominator, mean, deviation, yardstick, enough=enough)


def _judged(value: float, mean: float, deviation: float, yardstick: Yardstick, *, enough: bool) -> Compared:
    lower, upper = mean - yardstick.factor * deviation, mean + yardstick.factor * deviation
    verdict = Verdict.ORDINARY
    if not enough:
        verdict = Verdict.TOO_FEW
    elif value > upper:
        verdict = Verdict.ABOVE
    elif value < lower:
        verdict = Verdict.BELOW
    return Compared(value, mean, deviation, lower, upper, verdict)
