"""Rows of a file of yearly figures: titles, cells and what is wrong with them.  Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

TITLES = ("客户编号", "年度", "销售额(元)", "购气次数", "利润(元)")
REQUIRED = TITLES[:3]
FIRST_YEAR, LAST_YEAR = 1990, 2200
MOST_FEN = 10**15
MOST_PURCHASES = 10**6

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}", re.ASCII)
_HALF_WIDTH = str.maketrans("（），．０１２３４５６７８９", "(),.0123456789")


@dataclass(frozen=True, slots=True)
class FigureError:
    """One refused cell: line as the spreadsheet shows it, place of the column, rule, and the rule in Chinese."""

    line: int
    position: int
    column: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A customer's year."""

    line: int
    number: str
    year: int
    sales_fen: int
    purchases: int | None
    profit_fen: int | None


def missing_columns(header: Sequence[str]) -> list[FigureError]:
    """The required columns that the header does not have."""
    titles = _titles(header)
    return [
        FigureError(1, place, title, "column_missing", f"缺少“{title}”列")
        for place, title in enumerate(REQUIRED)
        if title not in titles
    ]


def read_row(header: Sequence[str], line: int, cells: Sequence[str]) -> Figures | list[FigureError]:
    """A row, or everything that is wrong with it."""
    places = {title: place for place, title in enumerate(_titles(header))}
    errors: list[FigureError] = []

    def cell(title: str) -> str:
        place = places.get(title, len(cells))
        return cells[place].strip().translate(_HALF_WIDTH) if place < len(cells) else ""

    def refuse(title: str, rule: str, message: str) -> None:
        errors.append(FigureError(line, places.get(title, 0), title, rule, message))

    number = cell("客户编号").upper()
    if not _NUMBER.fullmatch(number):
        refuse("客户编号", "number_invalid" if number else "required", "客户编号由字母、数字和横线组成，最长 32 位")
    year = _whole(cell("年度"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        refuse("年度", "year_invalid", "年度须为四位公历年份")
    sales = _fen(cell("销售额(元)"))
    if sales is None or sales < 0:
        refuse("销售额(元)", "amount_invalid", "销售额须为不小于零、至多两位小数的金额")
    purchases = _whole(cell("购气次数")) if cell("购气次数") else None
    if cell("购气次数") and (purchases is None or not 0 <= purchases <= MOST_PURCHASES):
        refuse("购气次数", "count_invalid", "购气次数须为不小于零的整数")
    profit = _fen(cell("利润(元)")) if cell("利润(元)") else None
    if cell("利润(元)") and profit is None:
        refuse("利润(元)", "amount_invalid", "利润须为至多两位小数的金额，可为负数")
    if errors or year is None or sales is None:
        return errors
    return Figures(line, number, year, sales, purchases, profit)


def _titles(header: Sequence[str]) -> list[str]:
    return [title.strip().translate(_HALF_WIDTH) for title in header]


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _fen(text: str) -> int | None:
    """Yuan as written, with separators of thousands or none, in fen."""
    if not re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d{1,2})?|-?\d{1,13}(\.\d+)?", text, re.ASCII):
        return None
    try:
        fen = Decimal(text.replace(",", "")) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen == fen.to_integral_value() and abs(fen) <= MOST_FEN else None
