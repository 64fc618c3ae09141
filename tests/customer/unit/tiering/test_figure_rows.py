"""Rows of yearly figures: amounts to the fen, and each fault by its rule."""

from datetime import date

import pytest

from services.customer.tiering.rules import months_after
from services.customer.tiering.rules.figures import Figures, missing_columns, read_row

HEADER = ["客户编号", "年度", "销售额（元）", "购气次数", "利润(元)"]


@pytest.mark.parametrize(
    ("yuan", "fen"), [("0", 0), ("1", 100), ("1.5", 150), ("1,234.56", 123456), ("１２.３０", 1230), ("7.0", 700)]
)
def test_amounts(yuan: str, fen: int) -> None:
    row = read_row(HEADER, 2, [" a1 ", "2025", yuan, "", ""])
    assert row == Figures(2, "A1", 2025, fen, None, None)


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        (["", "2025", "1"], ["required"]),
        (["客户", "2025", "1"], ["number_invalid"]),
        (["A1", "1989", "1"], ["year_invalid"]),
        (["A1", "今年", "1"], ["year_invalid"]),
        (["A1", "2025", "约1"], ["amount_invalid"]),
        (["A1", "2025", "1.001"], ["amount_invalid"]),
        (["A1", "2025", "1e3"], ["amount_invalid"]),
        (["A1", "2025", "1", "-1"], ["count_invalid"]),
        (["A1", "2025", "1", "1", "=1"], ["amount_invalid"]),
        ([], ["required", "year_invalid", "amount_invalid"]),
    ],
)
def test_faults(cells: list[str], rules: list[str]) -> None:
    found = read_row(HEADER, 3, cells)
    assert isinstance(found, list)
    assert [error.rule for error in found] == rules
    assert all(
        error.line == 3 and error.column in {title.replace("（", "(").replace("）", ")") for title in HEADER}
        for error in found
    )


def test_columns_that_must_be_there() -> None:
    assert missing_columns(HEADER) == []
    assert [error.column for error in missing_columns(["客户编号", "金额"])] == ["年度", "销售额(元)"]


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 15), -12, date(2025, 3, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_after(day: date, months: int, wanted: date) -> None:
    assert months_after(day, months) == wanted
