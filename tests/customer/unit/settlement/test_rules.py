"""Amounts and the three-way comparison, as tables."""

from decimal import Decimal

import pytest

from services.customer.settlement.rules.amounts import Sort, cost, totals
from services.customer.settlement.rules.matching import Figures, Side, compare, paper_fen

D, M, S = Side.DOCUMENT, Side.MONEY, Side.SYSTEM


@pytest.mark.parametrize(
    ("document", "money", "system", "differs", "fen"),
    [
        (100, 100, 100, (), 0),
        (99, 100, 100, (D,), 1),
        (100, 90, 100, (M,), 10),
        (100, 100, 130, (S,), 30),
        (100, 200, 300, (D, M, S), 200),
        (None, 100, 100, (D,), 100),
        (100, None, 100, (M,), 100),
        (100, None, 90, (D, M, S), 100),
        (None, None, 90, (D, M), 90),
        (None, None, 0, (), 0),
        (0, None, 0, (), 0),
        (50, 50, None, (S,), 50),
    ],
)
def test_which_side_differs_and_by_how_much(
    document: int | None, money: int | None, system: int | None, differs: tuple[Side, ...], fen: int
) -> None:
    found = compare(Figures(document, money, system))
    assert (found.differs, found.fen) == (differs, fen) if found else (not differs and fen == 0)


@pytest.mark.parametrize(("tolerance", "is_found"), [(0, True), (1, True), (2, False)])
def test_the_packs_tolerance_is_the_largest_difference_that_is_let_pass(tolerance: int, is_found: bool) -> None:
    assert (compare(Figures(100, 102, 100), tolerance_fen=tolerance) is not None) is is_found


def test_quantities_differ_between_paper_and_system_only() -> None:
    used = {"pipe": Decimal("2.500"), "valve": Decimal(1)}
    assert compare(Figures(9, 9, 9, dict(used), used)) is None
    assert compare(Figures(9, 9, 9, None, used)) is None
    found = compare(Figures(9, 9, 9, {"pipe": Decimal("2.4"), "hose": Decimal(1), "valve": Decimal(1)}, used))
    assert found is not None
    assert found.differs == (D, S)
    assert found.fen == 0
    assert [(one.code, one.document, one.system) for one in found.quantities] == [
        ("hose", Decimal(1), Decimal(0)),
        ("pipe", Decimal("2.4"), Decimal("2.500")),
    ]
    near = Figures(9, 9, 9, {"pipe": Decimal("2.4"), "valve": Decimal(1)}, used)
    assert compare(near, tolerance_quantity=Decimal("0.1")) is None


def test_of_two_kinds_of_paper_the_one_that_is_wrong_counts() -> None:
    assert paper_fen({}, 100) is None
    assert paper_fen({"invoice": 100, "order_sheet": 100}, 100) == 100
    assert paper_fen({"invoice": 100, "order_sheet": 90}, 100) == 90


@pytest.mark.parametrize(
    ("quantity", "price", "fen"), [("2.5", 3, 8), ("0.333", 100, 33), ("0.005", 100, 1), ("-2.5", 3, -8)]
)
def test_amounts_are_whole_fen_rounded_half_away_from_zero(quantity: str, price: int, fen: int) -> None:
    assert cost(Decimal(quantity), price) == fen


def test_totals_are_sums_of_signed_lines() -> None:
    lines = [(Sort.MATERIAL, 500), (Sort.FEE, 300), (Sort.FEE, -300), (Sort.WAIVER, -200), (Sort.WAIVER, 50)]
    money = totals(lines, [400, -100], usage_fen=1000)
    assert (money.charged_fen, money.waived_fen, money.due_fen) == (1500, 150, 1350)
    assert (money.paid_fen, money.outstanding_fen) == (300, 1050)
