"""Which figures the inspection service counts besides those of its clocks, and how they are broken down; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.figures.asking import Dimension
from shared.figures.counts import Count


class Figure(StrEnum):
    """The figures; the pack's indicators name them."""

    PLANS = "inspection.plans_on_time"
    INSPECTIONS = "inspection.plan_fulfilled"
    FINDINGS = "finding.share"
    RECURRENT = "finding.recurrent"
    RECTIFIED = "notice.rectified_on_time"
    OBSERVATIONS = "observation.answered_on_time"
    IMPROVEMENTS = "improvement.done_on_time"
    GATHERINGS = "gathering.held_on_time"


PERIOD_RULES = {
    Figure.PLANS: "due_in_period",
    Figure.INSPECTIONS: "due_in_period",
    Figure.FINDINGS: "found_in_period",
    Figure.RECURRENT: "found_in_period",
    Figure.RECTIFIED: "due_in_period",
    Figure.OBSERVATIONS: "due_in_period",
    Figure.IMPROVEMENTS: "due_in_period",
    Figure.GATHERINGS: "due_in_period",
}
"""The one fixed rule by which something belongs to a period (sla.md 18)."""
DIMENSIONS = (Dimension.TIER, Dimension.CATEGORY, Dimension.DEPARTMENT)
"""Inspections have no tier: there the whole. Category is the level of plans and inspections, the clause of findings,
the severity of notices, the kind of observations, trainings and meetings."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What was counted of a figure in one department and category."""

    figure: Figure
    department: str | None
    category: str | None
    numerator: int
    denominator: int
    untargeted: int = 0
    unanswered: int = 0

    def value(self, dimension: Dimension) -> str | None:
        """Where it belongs in a breakdown."""
        return {Dimension.DEPARTMENT: self.department, Dimension.CATEGORY: self.category}.get(dimension)


def broken_down(portions: Iterable[Portion], dimension: Dimension) -> list[Count]:
    """The sums of the portions by figure and value of the dimension; shares are of all findings."""
    sums: dict[tuple[Figure, str | None], list[int]] = {}
    findings = 0
    for one in portions:
        own = sums.setdefault((one.figure, one.value(dimension)), [0, 0, 0, 0])
        parts = (one.numerator, one.denominator, one.untargeted, one.unanswered)
        for place, part in enumerate(parts):
            own[place] += part
        findings += one.numerator if one.figure is Figure.FINDINGS else 0
    counts = []
    for (figure, value), (numerator, denominator, untargeted, unanswered) in sorted(sums.items(), key=_order):
        of_all = findings if figure is Figure.FINDINGS else denominator
        counts.append(Count(figure, value, numerator, of_all, untargeted, unanswered))
    return counts


def _order(one: tuple[tuple[Figure, str | None], list[int]]) -> tuple[str, str]:
    (figure, value), _ = one
    return figure.value, value or ""
