"""What the counts of a tier come to: shares, the Wilson interval, the verdict against the target; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import StrEnum

from services.callback.surveys.rules.sampling import z_of

_STEP = Decimal("0.001")
_EXACT = Context(prec=50)


class Standing(StrEnum):
    """What the interval says of the target."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    """The target lies within the interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds in percent, rounded outwards to a thousandth."""

    lower: Decimal
    upper: Decimal


def wilson(satisfied: int, rated: int, confidence: int) -> Interval | None:
    """The Wilson score interval of a share; None where nobody was counted."""
    if rated == 0:
        return None
    z = z_of(confidence)
    square = _EXACT.divide(Decimal((z**2).numerator), Decimal((z**2).denominator))
    inner = _EXACT.add(_EXACT.divide(Decimal(satisfied * (rated - satisfied)), Decimal(rated)), square / 4)
    half = _EXACT.multiply(_EXACT.sqrt(square), _EXACT.sqrt(inner))
    centre, whole = satisfied + square / 2, rated + square
    lower = _EXACT.divide(100 * _EXACT.subtract(centre, half), whole).quantize(_STEP, ROUND_FLOOR)
    upper = _EXACT.divide(100 * _EXACT.add(centre, half), whole).quantize(_STEP, ROUND_CEILING)
    return Interval(max(lower, Decimal("0.000")), min(upper, Decimal("100.000")))


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one dimension; the mean is total over answered, without those who left it unanswered."""

    dimension: str
    answered: int
    unanswered: int
    """Of those who responded."""
    total: int


@dataclass(frozen=True, slots=True)
class TierResult:
    """The result of one tier, live or frozen."""

    tier: str
    population: int
    sampled: int
    invited: int
    responded: int
    rated: int
    """Who answered the overall question."""
    satisfied: int
    interval: Interval | None
    target_at_least: Decimal | None
    scores: Sequence[Score] = field(default_factory=tuple)

    @property
    def unanswered(self) -> int:
        """Sampled customers who did not answer the overall question: neither satisfied nor not."""
        return self.sampled - self.rated

    @property
    def is_target_met(self) -> bool | None:
        """Whether the share reaches the target; None without a target, or where nobody was counted."""
        if self.target_at_least is None or self.rated == 0:
            return None
        return 100 * self.satisfied >= self.target_at_least * self.rated

    @property
    def standing(self) -> Standing | None:
        """What can be said of the whole tier; None without a target, or where nobody was counted."""
        if self.target_at_least is None or self.interval is None:
            return None
        if self.interval.lower >= self.target_at_least:
            return Standing.MET
        return Standing.MISSED if self.interval.upper < self.target_at_least else Standing.UNDECIDED

    def is_too_few(self, least: int) -> bool:
        """Whether too few answered to judge by; a tier that answered whole is never too few."""
        return self.rated < min(least, self.population)
