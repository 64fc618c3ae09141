"""Columns of the list for payroll: pure."""

from collections.abc import Callable
from enum import StrEnum

from services.incentive.ledger.rules.figures import PayrollLine


class Kind(StrEnum):
    """How a cell is typed."""

    TEXT = "text"
    MONEY = "money"
    """In fen; the cell shows yuan."""


Value = Callable[[PayrollLine], object]
COLUMNS: tuple[tuple[str, int, Kind, Value], ...] = (
    ("工号", 16, Kind.TEXT, lambda line: line.login),
    ("姓名", 14, Kind.TEXT, lambda line: line.name),
    ("部门", 20, Kind.TEXT, lambda line: line.department),
    ("班组", 16, Kind.TEXT, lambda line: line.team),
    ("奖励（元）", 14, Kind.MONEY, lambda line: line.awarded),
    ("处罚（元）", 14, Kind.MONEY, lambda line: line.deducted),
    ("更正（元）", 14, Kind.MONEY, lambda line: line.corrected),
    ("应发净额（元）", 16, Kind.MONEY, lambda line: line.net),
    ("人员编号", 38, Kind.TEXT, lambda line: line.staff_id),
)
"""Header, width, kind and value; `department` and `team` become names where the pack has one."""
TOTALLED = tuple(place for place, (_, _, kind, _) in enumerate(COLUMNS) if kind is Kind.MONEY)
