"""Which figures the incentive service counts besides those of its clocks, and how they are broken down; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shared.figures.asking import Dimension
from shared.figures.counts import Count


class Figure(StrEnum):
    """The figures; the pack's indicators name them."""

    PROPOSALS = "incentive_proposal.share"
    CONFIRMED = "incentive_proposal.confirmed"
    OUTCOME = "incentive_proposal.outcome"
    """In parts, one for each state of a proposal: every proposal is in exactly one, so that they add up to all."""
    MINUTES = "incentive_proposal.minutes_to_decision"
    SIGNING = "incentive_case.minutes_to_signature"
    OVERTURNED = "incentive_case.overturned"
    POINTS = "department.points_lost"


PERIOD_RULES = {
    Figure.PROPOSALS: "drafted_in_period",
    Figure.CONFIRMED: "drafted_in_period",
    Figure.OUTCOME: "drafted_in_period",
    Figure.MINUTES: "decided_in_period",
    Figure.SIGNING: "decided_in_period",
    Figure.OVERTURNED: "reversed_in_period",
    Figure.POINTS: "posted_in_period",
}
"""The one fixed rule by which something belongs to a period (sla.md 18)."""
MEANS = frozenset({Figure.MINUTES, Figure.SIGNING})
"""Not shares: so many minutes in all, over so many decisions."""
DIMENSIONS = (Dimension.TIER, Dimension.CATEGORY, Dimension.DEPARTMENT, Dimension.CHANNEL)
"""A reward or penalty has no tier: there the whole.  Category is the clause, channel the source."""


class Where(NamedTuple):
    """Department, clause and source."""

    department: str | None = None
    category: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """What was counted of a figure in one department, under one clause, from one source."""

    figure: Figure
    where: Where
    numerator: int
    denominator: int
    unanswered: int = 0
    part: str | None = None
    """Of a figure that counts several things apart."""

    def value(self, dimension: Dimension) -> str | None:
        """Where it belongs in a breakdown."""
        of = {
            Dimension.DEPARTMENT: self.where.department,
            Dimension.CATEGORY: self.where.category,
            Dimension.CHANNEL: self.where.channel,
        }
        return of.get(dimension)


_Key = tuple[Figure, str | None, str | None]
"""Figure, value of the dimension, part."""


def broken_down(portions: Iterable[Portion], dimension: Dimension) -> list[Count]:
    """The sums of the portions by figure and value of the dimension; shares of proposals are of all of them."""
    sums: dict[_Key, list[int]] = {}
    proposals = 0
    for one in portions:
        own = sums.setdefault((one.figure, one.value(dimension), one.part), [0, 0, 0])
        for place, number in enumerate((one.numerator, one.denominator, one.unanswered)):
            own[place] += number
        proposals += one.numerator if one.figure is Figure.PROPOSALS else 0
    counts = []
    for (figure, value, part), (numerator, denominator, unanswered) in sorted(sums.items(), key=_order):
        of_all = proposals if figure is Figure.PROPOSALS else denominator
        counts.append(Count(figure, value, numerator, of_all, 0, unanswered, part))
    return counts


def _order(one: tuple[_Key, list[int]]) -> tuple[str, str, str]:
    (figure, value, part), _ = one
    return figure.value, value or "", part or ""
