"""How figures are broken down: sums by value, shares of all proposals, months of a period."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.incentive.indicators.rules import Figure, Portion, Where, broken_down
from services.incentive.indicators.service import months_of
from shared.figures.asking import Dimension
from shared.sla.periods import parse_period

PORTIONS = [
    Portion(Figure.PROPOSALS, Where("network", "penalty-2", "breach"), 3, 3),
    Portion(Figure.PROPOSALS, Where("service", "penalty-2", "finding"), 1, 1),
    Portion(Figure.CONFIRMED, Where("network", "penalty-2", "breach"), 1, 2, 1),
]


@pytest.mark.parametrize(
    ("dimension", "shares"),
    [
        (Dimension.TIER, {None: (4, 4)}),
        (Dimension.DEPARTMENT, {"network": (3, 4), "service": (1, 4)}),
        (Dimension.CATEGORY, {"penalty-2": (4, 4)}),
        (Dimension.CHANNEL, {"breach": (3, 4), "finding": (1, 4)}),
    ],
)
def test_shares_are_of_all_proposals(dimension: Dimension, shares: dict[str | None, tuple[int, int]]) -> None:
    counts = broken_down(PORTIONS, dimension)
    found = {one.value: (one.numerator, one.denominator) for one in counts if one.figure == Figure.PROPOSALS}
    assert found == shares
    (confirmed,) = [one for one in counts if one.figure == Figure.CONFIRMED]
    assert (confirmed.numerator, confirmed.denominator, confirmed.unanswered) == (1, 2, 1)


def test_parts_of_a_figure_add_up_to_it() -> None:
    network, service = Where("network", "penalty-2", "breach"), Where("service", "penalty-2", "finding")
    portions = [
        Portion(Figure.OUTCOME, network, 2, 3, part="confirmed"),
        Portion(Figure.OUTCOME, network, 1, 3, part="withdrawn"),
        Portion(Figure.OUTCOME, service, 0, 1, part="confirmed"),
        Portion(Figure.OUTCOME, service, 1, 1, part="withdrawn"),
    ]
    whole = {one.part: (one.numerator, one.denominator) for one in broken_down(portions, Dimension.CATEGORY)}
    assert whole == {"confirmed": (2, 4), "withdrawn": (2, 4)}
    apart = {(one.value, one.part): one.numerator for one in broken_down(portions, Dimension.DEPARTMENT)}
    assert apart["network", "confirmed"] + apart["network", "withdrawn"] == 3


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("2026-11", ["2026-11"]),
        ("2026-Q4", ["2026-10", "2026-11", "2026-12"]),
        ("2026-W47", []),
        ("2026", [f"2026-{number:02d}" for number in range(1, 13)]),
    ],
)
def test_the_months_of_a_period(name: str, months: list[str]) -> None:
    period = parse_period(name, ZoneInfo("Asia/Shanghai"))
    assert period.from_at < datetime(2027, 1, 1, tzinfo=UTC)
    assert months_of(period) == months
