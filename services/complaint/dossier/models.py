"""Tables of what is kept with a case; records are append-only, what ends is marked and stays."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base
from services.complaint.dossier.rules.records import Written

_CASE = "complaint.complaints.id"


class ComplainantRow(Base):
    """Somebody who complains of the same matter beside the one with whom the case was taken in."""

    __tablename__ = "complainants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    customer_id: Mapped[UUID | None]
    name: Mapped[str | None]
    phone: Mapped[str | None]
    phone_index: Mapped[str | None]
    phone_last4: Mapped[str | None]
    is_anonymous: Mapped[bool] = mapped_column(server_default="false")
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_complainants_complaint", "complaint_id", "id"),
        Index("ix_complainants_phone", "company", "phone_index"),
        Index("ix_complainants_customer", "customer_id"),
    )


class ConversationRow(Base):
    """One conversation about a case; a correction is a new row that names the corrected one."""

    __tablename__ = "complaint_conversations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    cycle: Mapped[int]
    channel: Mapped[str]
    direction: Mapped[str]
    party: Mapped[str]
    complainant_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.complainants.id"))
    staff_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    judged_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    summary: Mapped[str]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.complaint_conversations.id"))

    __table_args__ = (
        CheckConstraint("direction in ('in', 'out')", name="direction"),
        CheckConstraint("party in ('complainant', 'customer', 'department', 'third_party')", name="party"),
        Index("ix_complaint_conversations_complaint", "complaint_id", "id"),
        Index("ix_complaint_conversations_files", "file_ids", postgresql_using="gin"),
    )


class InvestigationEntryRow(Base):
    """One entry of an investigation file; a volume is a cycle of the case."""

    __tablename__ = "investigation_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    volume: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    file_digests: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("complaint.investigation_entries.id"))
    is_confidential: Mapped[bool] = mapped_column(server_default="false")
    occurred_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    sha256: Mapped[str]
    chain_sha256: Mapped[str]

    __table_args__ = (
        UniqueConstraint("complaint_id", "volume", "position"),
        Index("ix_investigation_entries_files", "file_ids", postgresql_using="gin"),
    )

    @property
    def written(self) -> Written:
        """What the digest covers."""
        return Written(
            id=self.id,
            complaint_id=self.complaint_id,
            volume=self.volume,
            position=self.position,
            kind=self.kind,
            text=self.text,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            recorded_by=self.recorded_by,
            corrects_id=self.corrects_id,
            is_confidential=self.is_confidential,
            files={UUID(one): str(sha256) for one, sha256 in self.file_digests.items()},
        )


class ReplyTemplateRow(Base):
    """One revision of a template; of each code at most one is a draft and one approved."""

    __tablename__ = "reply_templates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    code: Mapped[str]
    revision: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str | None]
    category: Mapped[str | None]
    tier: Mapped[str | None]
    metric: Mapped[str | None]
    body: Mapped[str]
    state: Mapped[str]
    drafted_by: Mapped[UUID]
    drafted_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    retired_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "code", "revision"),
        CheckConstraint("state in ('draft', 'approved', 'retired')", name="state"),
        Index(
            "uq_reply_templates_current",
            "company",
            "code",
            "state",
            unique=True,
            postgresql_where=text("state <> 'retired'"),
        ),
        Index("ix_reply_templates_list", "company", text("id desc")),
    )


class ComplaintLinkRow(Base):
    """Two cases that belong together; that one repeats the other stands on the case itself."""

    __tablename__ = "complaint_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    other_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    reason: Mapped[str]
    linked_by: Mapped[UUID]
    linked_at: Mapped[datetime]
    unlinked_by: Mapped[UUID | None]
    unlinked_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("complaint_id <> other_id", name="two_cases"),
        Index("ix_complaint_links_complaint", "complaint_id"),
        Index("ix_complaint_links_other", "other_id"),
        Index(
            "uq_complaint_links_open",
            text("least(complaint_id, other_id)"),
            text("greatest(complaint_id, other_id)"),
            unique=True,
            postgresql_where=text("unlinked_at is null"),
        ),
    )


class RetaliationRow(Base):
    """A report of retaliation; known to the office only."""

    __tablename__ = "retaliation_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(_CASE))
    cycle: Mapped[int]
    source: Mapped[str]
    statement: Mapped[str]
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    department: Mapped[str | None]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    occurred_at: Mapped[datetime]
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    proved_person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    proved_department: Mapped[str | None]
    mark: Mapped[str | None]
    consequence: Mapped[str | None]
    reported_to: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("source in ('complainant', 'staff')", name="source"),
        CheckConstraint("state in ('reported', 'confirmed', 'unfounded')", name="state"),
        Index("ix_retaliation_reports_complaint", "complaint_id", "id"),
        Index("ix_retaliation_reports_files", "file_ids", postgresql_using="gin"),
    )
