"""Bodies and answers of the ledger's months."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from services.incentive.ledger.rules.months import LedgerState
from shared.http.base_model import ApiModel
from shared.http.page import Page


class LedgerMonth(ApiModel):
    """One month of the ledger."""

    id: UUID
    company: str
    month: str
    """Such as `2026-11`."""
    state: LedgerState
    posts: list[str]
    """Whose step is next."""
    month_points: int | None
    """What everybody's month began with; null until the month is drafted."""
    year_points: int | None
    lines: int
    """Frozen when the month is closed, as are totals and digest."""
    totals: dict[str, Any]
    """Sums by `<unit>_<side>`, and rewards, penalties, corrections and net of employees in fen."""
    digest: str | None
    """SHA-256 over the canonical lines, chained to `previous_digest`."""
    previous_digest: str | None
    opened_at: AwareDatetime
    drafted_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    closed_by: UUID | None
    payroll_sha256: str | None
    payroll_rows: int | None
    payroll_taken_at: AwareDatetime | None
    payroll_taken_by: UUID | None
    locked_at: AwareDatetime | None
    locked_by: UUID | None
    policy_pack: str | None
    policy_version: str | None
    version: int


class LedgerMonthPage(Page[LedgerMonth]):
    """One page of months, newest first."""


class LedgerMonthProof(ApiModel):
    """Whether the lines of a month are what they were when it was closed."""

    month: str
    stored_digest: str | None
    computed_digest: str
    stored_lines: int
    computed_lines: int
    is_intact: bool | None
    """Null while the month is open."""
