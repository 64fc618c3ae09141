"""From what was counted to an indicator: named and judged by the pack; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.indicators import Bound, Indicator
from shared.figures.asking import Dimension
from shared.policy.commitments import IndicatorRule

Named = Mapping[str, tuple[str, IndicatorRule]]
"""Indicators of the pack by the figure behind them: code and rule."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """What a draw is to reach."""

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

    figure: str
    """The service's figure, which the pack's indicators name."""
    value: str | None
    numerator: int
    denominator: int
    untargeted: int = 0
    unanswered: int = 0
    part: str | None = None
    """Of a figure that counts several things apart, such as kinds of business."""
    ratio: Ratio | None = None
    at_least: Decimal | None = None
    """A target in percent that comes with the figure, such as a survey's."""


def named_by(rules: Mapping[str, IndicatorRule]) -> Named:
    """The pack's indicators by figure."""
    return {rule.figure: (code, rule) for code, rule in rules.items() if rule.figure is not None}


def shown(dimension: Dimension, count: Count, named: Named, *, rule: str) -> Indicator:
    """The indicator of a count; `rule` puts something into the period.  Raises: KeyError where none names it."""
    code, indicator = named[count.figure]
    is_by_tier = dimension is Dimension.TIER
    target, is_met = _judged(count, indicator, is_by_tier=is_by_tier)
    return Indicator(
        code=f"{count.figure}.{count.part}" if count.part else str(count.figure),
        tier=count.value if is_by_tier else None,
        dimension=None if is_by_tier else dimension.value,
        value=None if is_by_tier else count.value,
        numerator=count.numerator,
        denominator=count.denominator,
        untargeted=count.untargeted,
        unanswered=count.unanswered,
        indicator=code,
        name=indicator.name,
        formula=indicator.formula,
        clause=indicator.clause,
        rule=rule,
        target=target,
        is_target_met=is_met,
    )


def _judged(count: Count, rule: IndicatorRule, *, is_by_tier: bool) -> tuple[Bound | None, bool | None]:
    """The target and whether it is reached: the draw's ratio, the figure's own, or the indicator's for the tier."""
    if count.ratio is not None:
        kept = count.ratio.is_kept(count.numerator, count.denominator)
        return Bound(at_least=float(count.ratio.percent())), kept if count.denominator else None
    if count.at_least is not None:
        met = 100 * count.numerator >= count.at_least * count.denominator
        return Bound(at_least=float(count.at_least)), met if count.denominator else None
    goal = rule.targets.get(count.value or "") if is_by_tier else None
    if goal is None:
        return None, None
    low, high = (None if bound is None else float(bound) for bound in (goal.at_least, goal.at_most))
    return Bound(at_least=low, at_most=high), goal.is_met(count.numerator, count.denominator)
