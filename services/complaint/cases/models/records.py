"""What belongs to a case – its steps, its emergency plan, its consultations – and what is known of customers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base
from shared.contracts.base import Routing


class ComplaintStepRow(Base):
    """One step of a case, as it was recorded; append-only history."""

    __tablename__ = "complaint_steps"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID]
    company: Mapped[str]
    cycle: Mapped[int]
    action: Mapped[str]
    occurred_at: Mapped[datetime]
    judged_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_post: Mapped[str | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    __table_args__ = (
        Index("ix_complaint_steps_complaint", "complaint_id", "at"),
        {"postgresql_partition_by": "RANGE (at)"},
    )


class EmergencyStepRow(Base):
    """One line of a grade-1 case's emergency plan (应急预案): who, until when, done by whom."""

    __tablename__ = "emergency_steps"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str]
    position: Mapped[int]
    text: Mapped[str]
    post: Mapped[str]
    owner_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    note: Mapped[str | None]


class CustomerRow(Base):
    """What the complaint service knows of a customer, fed by events: no name, no telephone (design.md 3)."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None]
    party: Mapped[str | None]
    standing: Mapped[str | None]
    tier: Mapped[str | None]
    tier_effective_at: Mapped[datetime | None]
    tier_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    account_manager_id: Mapped[UUID | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")

    __table_args__ = (Index("ix_customers_company", "company", "id"),)


class ConsultationRow(Base):
    """One question to posts of other departments or to experts (会商、会诊); `version` guards its answer."""

    __tablename__ = "consultations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"))
    cycle: Mapped[int]
    coordination: Mapped[str | None]
    state: Mapped[str]
    question: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    departments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    requested_by: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_post: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('asked', 'answered', 'withdrawn')", name="state"),
        Index("ix_consultations_complaint", "complaint_id", "id"),
        Index("ix_consultations_posts", "posts", postgresql_using="gin", postgresql_where=text("state = 'asked'")),
    )

    @property
    def routing(self) -> Routing:
        """Who is asked."""
        return Routing(posts=list(self.posts))
