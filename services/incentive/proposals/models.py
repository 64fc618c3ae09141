"""The table of proposals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base
from shared.contracts.base import Routing

STATES = "state in ('drafted', 'confirmed', 'dismissed', 'withdrawn', 'outside')"
REASONS = "withdrawn_for in ('cause_retracted', 'same_matter', 'raiser')"
STANDING = text("state in ('drafted', 'confirmed', 'outside') and overturned_at is null")


class ProposalRow(Base):
    """One suggestion of a reward or penalty; `version` guards every change, a trigger keeps the evidence as it was."""

    __tablename__ = "incentive_proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    source: Mapped[str]
    """A code of the pack, or `person`."""
    provision: Mapped[str]
    kind: Mapped[str]
    level: Mapped[int | None]
    gravity: Mapped[int]
    """Which of two on one matter stands: the higher."""
    subject_type: Mapped[str]
    subject: Mapped[str]
    """Staff id, department code or customer id, as text."""
    department: Mapped[str | None]
    team: Mapped[str | None]
    named_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    """Everybody whom it names: it is not shown to them, and none of them decides it."""
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Of a collective one: staff id, percent, whether the main contributor."""
    matter_id: Mapped[UUID]
    cause_type: Mapped[str]
    cause_id: Mapped[UUID]
    cause_event_id: Mapped[UUID | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[str]
    """SHA-256 of the evidence as canonical JSON."""
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    segments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Who held the clock how long, of a breach."""
    share_us: Mapped[int | None] = mapped_column(BigInteger)
    """What the subject consumed of `share_of_us`, microseconds of the clock's own time."""
    share_of_us: Mapped[int | None] = mapped_column(BigInteger)
    suggested: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Amounts and points: `amount_fen`, `head_amount_fen`, `points`, `department_points`, `gift`."""
    confirmed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_talk_suggested: Mapped[bool]
    statement: Mapped[str | None]
    """The words of whoever raised it."""
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who confirms or dismisses it."""
    happened_at: Mapped[datetime]
    drafted_at: Mapped[datetime]
    raised_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    """Why it was confirmed or dismissed."""
    withdrawn_for: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    same_as_id: Mapped[UUID | None]
    """The proposal that stands for the matter."""
    suspended_at: Mapped[datetime | None]
    """Since when its cause is under appeal: nobody confirms it meanwhile."""
    overturned_at: Mapped[datetime | None]
    """When the cause was taken back, whatever had been decided."""
    cycle: Mapped[int]
    """Grows when a withdrawn one comes back."""
    case_id: Mapped[UUID | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint(REASONS, name="withdrawn_for"),
        CheckConstraint("kind in ('reward', 'penalty')", name="kind"),
        CheckConstraint("subject_type in ('employee', 'department', 'customer')", name="subject_type"),
        CheckConstraint("(state = 'confirmed') = (confirmed is not null)", name="confirmed"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_for is not null)", name="withdrawn"),
        Index(
            "uq_incentive_proposals_matter",
            "company",
            "matter_id",
            "subject_type",
            "subject",
            "provision",
            unique=True,
            postgresql_where=STANDING,
        ),
        Index("ix_incentive_proposals_list", "company", text("id desc")),
        Index("ix_incentive_proposals_subject", "company", "subject", "happened_at"),
        Index("ix_incentive_proposals_matter", "company", "matter_id"),
        Index("ix_incentive_proposals_cause", "company", "cause_id"),
        Index("ix_incentive_proposals_drafted", "company", "drafted_at"),
        Index("ix_incentive_proposals_files", "file_ids", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """Whom it lies with: the posts that decide, never the department or person whom it names."""
        return Routing(posts=list(self.posts))

    @property
    def subject_id(self) -> UUID | None:
        """Staff or customer id; a department has none."""
        return None if self.subject_type == "department" else UUID(self.subject)

    @property
    def is_collective(self) -> bool:
        """Whether several share it."""
        return bool(self.shares)
