"""Facts about the months of the incentive ledger: sums, digest and times; nobody's name, nobody's amount."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class LedgerMonthFact(EventPayload):
    """What every fact says of its month."""

    month_id: UUID
    month: str
    """Such as `2026-11`."""
    state: str
    """closed or locked."""
    lines: int
    digest: str
    """SHA-256 over the month's lines, hexadecimal."""
    rewards_fen: int
    """Of employees, without corrections."""
    penalties_fen: int
    corrections_fen: int
    """Net of what took earlier lines back."""
    net_fen: int
    occurred_at: datetime


class IncentiveMonthClosed(LedgerMonthFact):
    """Nothing is posted into the month any more; corrections go into a later one."""

    TYPE: ClassVar[str] = "incentive.month_closed"


class IncentiveMonthLocked(LedgerMonthFact):
    """The list went to payroll, and another person locked the month."""

    TYPE: ClassVar[str] = "incentive.month_locked"


EVENTS: tuple[type[EventPayload], ...] = (IncentiveMonthClosed, IncentiveMonthLocked)
"""Everything in this file that crosses the bus."""
