"""Accounts, postings and their lines: written once, never changed (a trigger and the rights refuse it)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base

KINDS = "('employee', 'department', 'team', 'customer', 'rewards_paid', 'penalties_kept', 'points_pool')"
UNITS = "('fen', 'points', 'year_points')"


class LedgerAccountRow(Base):
    """One subject's account in one unit."""

    __tablename__ = "ledger_accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    """Staff or customer id, code of a department or team, `company` for the counter-accounts."""
    unit: Mapped[str]
    opened_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("company", "kind", "subject", "unit"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"unit in {UNITS}", name="unit"),
    )


class LedgerPostingRow(Base):
    """What a case did at once, for one cause; `reverses_id` names the posting that it takes back."""

    __tablename__ = "ledger_postings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID]
    cause: Mapped[str]
    matter_id: Mapped[UUID]
    provision: Mapped[str]
    month: Mapped[str]
    of_month: Mapped[str]
    """The month that the posting is of; earlier than `month` where that one was closed."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_postings.id"))
    reason: Mapped[str | None]
    posted_at: Mapped[datetime]
    posted_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("company", "case_id", "cause"),
        UniqueConstraint("reverses_id"),
    )


class LedgerEntryRow(Base):
    """One line; `sequence` counts the company's lines without gaps."""

    __tablename__ = "ledger_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_postings.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    unit: Mapped[str]
    side: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    employee_id: Mapped[UUID | None]
    """Whose own line it is."""
    department: Mapped[str | None]
    team: Mapped[str | None]
    case_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    provision: Mapped[str]
    month: Mapped[str]
    of_month: Mapped[str]
    year: Mapped[str]
    reverses_id: Mapped[UUID | None]
    """The line that this one takes back."""
    posted_at: Mapped[datetime]
    posted_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("company", "sequence"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"unit in {UNITS}", name="unit"),
        CheckConstraint("side in ('debit', 'credit')", name="side"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("year = left(month, 4)", name="year"),
        Index("ix_ledger_entries_posting", "posting_id"),
        Index("ix_ledger_entries_month", "company", "month", "sequence"),
        Index("ix_ledger_entries_subject", "company", "kind", "subject", text("sequence desc")),
        Index(
            "ix_ledger_entries_employee",
            "company",
            "employee_id",
            text("sequence desc"),
            postgresql_where=text("employee_id is not null"),
        ),
        Index("ix_ledger_entries_department", "company", "department", text("sequence desc")),
        Index("ix_ledger_entries_team", "company", "team", text("sequence desc")),
        Index("ix_ledger_entries_case", "company", "case_id"),
        Index("ix_ledger_entries_posted", "company", "posted_at"),
    )
