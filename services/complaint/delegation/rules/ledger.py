"""The monthly ledger: which month a use belongs to, what a line says, what differs: pure."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


class Difference(StrEnum):
    """How approved and executed may differ."""

    APPROVED_UNUSED = "approved_unused"
    """Approved up to the month's end and never used."""
    AMOUNT_DIFFERS = "amount_differs"
    """Another amount than was approved."""
    OUTSTANDING = "outstanding"
    """Used, but not everything is signed, filed or done."""
    UNCHECKED = "unchecked"
    """Drawn for a check that has no result."""
    ABUSED = "abused"
    """Beyond authority or faked."""


NAMES: Mapping[Difference, str] = {
    Difference.APPROVED_UNUSED: "已批准未执行",
    Difference.AMOUNT_DIFFERS: "执行金额与批准金额不同",
    Difference.OUTSTANDING: "已执行但签字、补单或联系单未完成",
    Difference.UNCHECKED: "已抽中未检查",
    Difference.ABUSED: "越权或弄虚作假",
}
MUST_EXPLAIN = frozenset({Difference.APPROVED_UNUSED, Difference.AMOUNT_DIFFERS, Difference.OUTSTANDING})
"""What approved and executed owe one another: who signs says why it differs."""


Line = Mapping[Any, Any]
"""One use as it is stored, by column."""

_SAID = (
    *("authorisation_id", "number", "occurred_at", "recorded_at", "is_late", "customer_id", "complaint_id", "order_id"),
    *("authority", "handler_id", "department", "decided_post", "approved_fen", "executed_fen", "result"),
)
"""What the digest of a line is made of."""


def line_text(line: Line) -> str:
    """A line as one text; the same for the same line."""
    return "\x1f".join(_plain(line[name]) for name in _SAID)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)


class Kind(StrEnum):
    """How a cell of the ledger is typed."""

    DATE = "date"
    TEXT = "text"
    MONEY = "money"


COLUMNS: Mapping[str, tuple[Kind, Callable[[Line], object]]] = {
    "date": (Kind.DATE, lambda line: line["occurred_at"]),
    "customer": (Kind.TEXT, lambda line: line["customer_id"]),
    "item": (Kind.TEXT, lambda line: line["item"]),
    "conditions": (Kind.TEXT, lambda line: "；".join(line["conditions"])),
    "handler": (Kind.TEXT, lambda line: line["handler_id"]),
    "decided_by": (Kind.TEXT, lambda line: line["decided_post"]),
    "amount": (Kind.MONEY, lambda line: line["executed_fen"]),
    "order": (Kind.TEXT, lambda line: line["order_id"]),
    "result": (Kind.TEXT, lambda line: line["result"]),
}
"""What the pack's columns hold; ids stand for people and customers."""
EXTRA: Mapping[str, tuple[str, Kind, Callable[[Line], object]]] = {
    "number": ("处理单号", Kind.TEXT, lambda line: line["number"]),
    "approved": ("批准金额", Kind.MONEY, lambda line: line["approved_fen"]),
    "late": ("补记", Kind.TEXT, lambda line: f"发生于 {line['occurred_month']}" if line["is_late"] else ""),
}
"""Columns that every ledger has besides."""


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """The civil month of an instant."""
    return f"{at.astimezone(zone):%Y-%m}"


def first_day(month: str) -> date:
    """Raises: ValueError."""
    found = _MONTH.fullmatch(month)
    if not found:
        raise ValueError(month)
    return date(int(found[1]), int(found[2]), 1)


def next_month(month: str) -> str:
    """The month after."""
    return f"{first_day(month) + timedelta(days=32):%Y-%m}"


def month_before(month: str) -> str:
    """The month before."""
    return f"{first_day(month) - timedelta(days=1):%Y-%m}"


def start_of(month: str, zone: ZoneInfo) -> datetime:
    """When the month begins."""
    first = first_day(month)
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def is_over(month: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the month has ended."""
    return month < month_of(now, zone)


def entry_month(occurred: str, closed: Iterable[str]) -> tuple[str, bool]:
    """The month in which a use is entered, and whether that is later than it happened.

    A month that somebody signed takes no entry any more: it goes into the next one that is open.
    """
    shut, month = set(closed), occurred
    while month in shut:
        month = next_month(month)
    return month, month != occurred


class Digest:
    """SHA-256 over the lines in their order, however many."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def add(self, lines: Iterable[Line]) -> None:
        """The next lines."""
        for line in lines:
            self._sha256.update(f"{line_text(line)}\n".encode())

    @property
    def text(self) -> str:
        """Hexadecimal."""
        return self._sha256.hexdigest()
