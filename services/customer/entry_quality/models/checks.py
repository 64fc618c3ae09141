"""A check of entered data, and the entries that it lays before somebody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing


class EntryCheckRow(Base):
    """One run of one of the pack's checks: a day of an operator, a week of a team, a month of the company."""

    __tablename__ = "entry_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    check: Mapped[str]
    """Code of `entry_quality.checks`."""
    period: Mapped[str]
    """`2026-11-22`, `2026-W47`, `2026-11`, or the instant of a check during business."""
    subject: Mapped[str]
    """What within the period: the operator, the team, the order; the company itself is `-`."""
    state: Mapped[str]
    operator_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    population: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Entries that there were."""
    drawn: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Entries laid before somebody."""
    errors: Mapped[int] = mapped_column(BigInteger, server_default="0")
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Rule to the errors that it found."""
    seed: Mapped[str | None]
    """Of the draw: sha256(seed:subject id), smallest first."""
    policy_version: Mapped[str]
    policy_sha256: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "check", "period", "subject"),
        CheckConstraint("state in ('running', 'open', 'done')", name="state"),
        CheckConstraint("until_at >= from_at and (state = 'done') = (finished_at is not null)", name="times"),
        Index("ix_entry_checks_list", "company", text("id desc")),
        Index("ix_entry_checks_operator", "company", "operator_id", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Who makes it."""
        return Routing(owner_id=self.operator_id, team=self.team, department=self.department, posts=list(self.posts))


class EntryCheckLineRow(Base):
    """One entry that a person looks at."""

    __tablename__ = "entry_check_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    check_id: Mapped[UUID] = mapped_column(ForeignKey("customer.entry_checks.id"))
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    concern: Mapped[str]
    operator_id: Mapped[UUID | None]
    entered_at: Mapped[datetime]
    missing: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Fields that the entry lacks."""
    state: Mapped[str]
    kind: Mapped[str | None]
    note: Mapped[str | None]
    finding_id: Mapped[UUID | None]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("check_id", "subject_type", "subject_id"),
        CheckConstraint("state in ('open', 'correct', 'corrected', 'wrong')", name="state"),
        CheckConstraint("(state = 'open') = (checked_at is null)", name="checked"),
        Index("ix_entry_check_lines_check", "check_id", "id"),
    )
