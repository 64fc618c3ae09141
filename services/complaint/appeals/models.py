"""Tables of the appeals: the appeal and what was done to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base
from shared.contracts.base import Routing

APPEAL_NUMBERS = Sequence("appeal_numbers", metadata=Base.metadata, schema="complaint")


class AppealRow(Base):
    """One appeal against a finding; `version` guards every change."""

    __tablename__ = "appeals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_findings.id"))
    cycle: Mapped[int]
    finding_revision: Mapped[int]
    appellant: Mapped[str]
    appellant_key: Mapped[str]
    appellant_id: Mapped[UUID | None]
    appellant_department: Mapped[str | None]
    channel: Mapped[str | None]
    grounds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    statement: Mapped[str]
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    instance: Mapped[int]
    state: Mapped[str]
    step: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    lodged_by: Mapped[UUID]
    lodged_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('lodged', 'in_review', 'decided', 'closed', 'refused', 'withdrawn')", name="state"),
        CheckConstraint("appellant in ('customer', 'department', 'employee')", name="appellant"),
        Index("ix_appeals_list", "company", text("id desc")),
        Index("ix_appeals_complaint", "complaint_id", "id"),
        Index("ix_appeals_finding", "finding_id", "id"),
        Index("ix_appeals_attachments", "attachment_ids", postgresql_using="gin"),
        Index(
            "uq_appeals_open",
            "company",
            "finding_id",
            "appellant_key",
            unique=True,
            postgresql_where=text("state in ('lodged', 'in_review')"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Who the appeal lies with now: the posts of its step."""
        return Routing(posts=list(self.posts))


class AppealActRow(Base):
    """One thing done to an appeal; append-only."""

    __tablename__ = "appeal_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.appeals.id"))
    complaint_id: Mapped[UUID]
    act: Mapped[str]
    step: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_appeal_acts_appeal", "appeal_id", "at"),
        Index("ix_appeal_acts_complaint", "complaint_id", "at"),
    )
