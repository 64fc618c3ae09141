"""An error of entry, what was done about it, and the month's figures."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing


class EntryFindingRow(Base):
    """One error of entry by one operator; `version` guards every change."""

    __tablename__ = "entry_findings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    rule: Mapped[str]
    """Code of `entry_quality.rules`, or of the way it was reported."""
    check: Mapped[str]
    kind: Mapped[str]
    concern: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    complaint_id: Mapped[UUID | None]
    """The complaint that the error caused."""
    check_id: Mapped[UUID | None]
    operator_id: Mapped[UUID | None]
    """The entry's author; empty where a file or the system entered it."""
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    state: Mapped[str]
    entered_at: Mapped[datetime]
    """When the faulty entry was made: the same entry is one error, however often it is found."""
    found_at: Mapped[datetime]
    found_month: Mapped[str]
    found_by: Mapped[UUID | None]
    """Empty: a job."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Ids, codes, numbers and times; no personal data."""
    note: Mapped[str | None]
    corrected_by: Mapped[UUID | None]
    corrected_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]
    contested_reason: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    is_after_training: Mapped[bool | None]
    clause: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "rule", "subject_type", "subject_id", "entered_at", name="uq_entry_findings_entry"),
        CheckConstraint("state in ('open', 'corrected', 'contested', 'confirmed', 'dismissed')", name="state"),
        CheckConstraint("decided_by is distinct from operator_id or decided_by is null", name="four_eyes"),
        CheckConstraint("(state in ('confirmed', 'dismissed')) = (decided_at is not null)", name="decided"),
        Index(
            "uq_entry_findings_standing",
            "company",
            "rule",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=text("state in ('open', 'corrected', 'contested')"),
        ),
        Index("ix_entry_findings_list", "company", text("id desc")),
        Index("ix_entry_findings_operator", "company", "operator_id", text("id desc")),
        Index("ix_entry_findings_department", "company", "department", text("id desc")),
        Index("ix_entry_findings_month", "company", "found_month", "operator_id"),
        Index(
            "ix_entry_findings_complaint",
            "company",
            "complaint_id",
            postgresql_where=text("complaint_id is not null"),
        ),
        Index("ix_entry_findings_posts", "posts", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """Whose error, and who decides on it."""
        return Routing(owner_id=self.operator_id, team=self.team, department=self.department, posts=list(self.posts))


class EntryFindingActRow(Base):
    """One thing done to a finding; append-only."""

    __tablename__ = "entry_finding_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("customer.entry_findings.id"))
    act: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str | None]

    __table_args__ = (Index("ix_entry_finding_acts_finding", "finding_id", "at"),)


class EntryReportRow(Base):
    """The figures of a month as they were reported; they never change."""

    __tablename__ = "entry_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    month: Mapped[str]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """To whom it is reported."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    drafted_at: Mapped[datetime]
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    note: Mapped[str | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "month"),
        CheckConstraint("state in ('reported', 'signed')", name="state"),
        CheckConstraint("(state = 'signed') = (signed_at is not null)", name="signed"),
    )

    @property
    def routing(self) -> Routing:
        """Who signs it."""
        return Routing(posts=list(self.posts))


class EntryReportLineRow(Base):
    """One operator's errors of one kind in a month, beside how much was entered."""

    __tablename__ = "entry_report_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("customer.entry_reports.id"))
    operator_id: Mapped[UUID | None]
    department: Mapped[str | None]
    kind: Mapped[str]
    found: Mapped[int] = mapped_column(BigInteger)
    confirmed: Mapped[int] = mapped_column(BigInteger)
    dismissed: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    """What the operator entered in the month: the frequency's denominator."""

    __table_args__ = (
        UniqueConstraint(
            "report_id",
            "operator_id",
            "kind",
            name="uq_entry_report_lines_line",
            postgresql_nulls_not_distinct=True,
        ),
    )
