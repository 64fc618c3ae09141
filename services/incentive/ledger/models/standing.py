"""What the lines add up to: the company's head, balances and months."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base
from services.incentive.ledger.models.entries import KINDS, UNITS
from shared.contracts.base import Routing


class LedgerHeadRow(Base):
    """Where a company's ledger stands; locked by whoever posts or closes, so that they take turns."""

    __tablename__ = "ledger_heads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Of the last line."""
    closed_through: Mapped[str | None]
    """The last month that is closed; all before it are."""

    __table_args__ = (UniqueConstraint("company"),)


class LedgerBalanceRow(Base):
    """An account in one month or year, apart for each department and team that the subject then belonged to.

    `period` is `2026-11` or `2026`; an empty department or team = none.
    """

    __tablename__ = "ledger_balances"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    unit: Mapped[str]
    period: Mapped[str]
    department: Mapped[str] = mapped_column(server_default="")
    team: Mapped[str] = mapped_column(server_default="")
    debit: Mapped[int] = mapped_column(BigInteger, server_default="0")
    credit: Mapped[int] = mapped_column(BigInteger, server_default="0")
    reversed_debit: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Of `debit`, what takes earlier lines back."""
    reversed_credit: Mapped[int] = mapped_column(BigInteger, server_default="0")
    concerning: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Net of the lines that are of this period, in whichever month they were posted."""
    lines: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = (
        UniqueConstraint("account_id", "period", "department", "team"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"unit in {UNITS}", name="unit"),
        Index("ix_ledger_balances_subject", "company", "kind", "subject", "period"),
        Index("ix_ledger_balances_period", "company", "period", "department", "team"),
    )


class LedgerMonthRow(Base):
    """One month: open, closed with its digest, locked after its list went to payroll."""

    __tablename__ = "ledger_months"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    month_points: Mapped[int | None]
    """What the month began with; null until the month is drafted."""
    year_points: Mapped[int | None]
    lines: Mapped[int] = mapped_column(BigInteger, server_default="0")
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    digest: Mapped[str | None]
    previous_digest: Mapped[str | None]
    """Of the month closed before, which the digest takes in."""
    opened_at: Mapped[datetime]
    drafted_at: Mapped[datetime | None]
    """When it was laid before whoever closes it."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    payroll_sha256: Mapped[str | None]
    payroll_rows: Mapped[int | None]
    payroll_taken_at: Mapped[datetime | None]
    payroll_taken_by: Mapped[UUID | None]
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[UUID | None]
    policy_pack: Mapped[str | None]
    policy_version: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "month"),
        CheckConstraint("state in ('open', 'closed', 'locked')", name="state"),
        CheckConstraint("(state = 'open') = (digest is null)", name="digest"),
        CheckConstraint("state <> 'locked' or payroll_sha256 is not null", name="locked"),
        CheckConstraint("locked_by <> closed_by", name="four_eyes"),
    )

    @property
    def routing(self) -> Routing:
        """Who closes it."""
        return Routing(posts=list(self.posts))
