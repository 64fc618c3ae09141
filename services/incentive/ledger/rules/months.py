"""Months of the ledger, their states, and into which of them a posting goes: pure."""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from services.incentive.ledger.errors import LedgerMonthClosedError, LedgerMonthOpenError

CLOSED = "closed"
"""The metric: from the end of the month until it is closed."""
MONTH_PATTERN = r"^20\d\d-(0[1-9]|1[0-2])$"
YEAR_PATTERN = r"^20\d\d$"
PERIOD_PATTERN = r"^20\d\d(-(0[1-9]|1[0-2]))?$"


class LedgerState(StrEnum):
    """A month is never opened again; corrections go into a later one."""

    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"


def month_of(at: datetime, zone: tzinfo) -> str:
    """The civil month, such as `2026-11`."""
    return f"{at.astimezone(zone):%Y-%m}"


def next_month(month: str) -> str:
    """The month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def month_before(month: str) -> str:
    """The month before."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


def start_of(month: str, zone: tzinfo) -> datetime:
    """The instant at which the month begins."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=zone)


def last_instant(period: str, zone: tzinfo) -> datetime:
    """The last instant of a month or a year: the revision in force then governs the period."""
    last = period if len(period) > 4 else f"{period}-12"
    return start_of(next_month(last), zone) - timedelta(microseconds=1)


def is_over(month: str, now: datetime, zone: tzinfo) -> bool:
    """Whether the month has ended."""
    return now >= start_of(next_month(month), zone)


def open_month(wanted: str, closed_through: str | None) -> str:
    """The month itself, or the first after those that are closed."""
    if closed_through is None or wanted > closed_through:
        return wanted
    return next_month(closed_through)


def check_open(state: str, month: str) -> None:
    """Raises: LedgerMonthClosedError."""
    if state != LedgerState.OPEN:
        raise LedgerMonthClosedError.of(month)


def check_lockable(state: str, month: str) -> None:
    """Raises: LedgerMonthOpenError, LedgerMonthClosedError for one that is locked."""
    if state == LedgerState.OPEN:
        raise LedgerMonthOpenError("结帐后方可执行该操作。")
    if state == LedgerState.LOCKED:
        raise LedgerMonthClosedError.of(month)
