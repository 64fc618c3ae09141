"""Tables of the findings: the finding, what was done to it, its measures, and the counters per employee."""

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
from services.complaint.findings.rules import Content, PlannedMeasure


class FindingRow(Base):
    """What was found on one cycle of a case, as it stands now; `version` guards every change."""

    __tablename__ = "complaint_findings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"))
    cycle: Mapped[int]
    state: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default="1")
    verdict: Mapped[str]
    facts: Mapped[str]
    root_cause: Mapped[str | None]
    department: Mapped[str | None]
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    is_preventable: Mapped[bool | None]
    is_reported_upward: Mapped[bool | None]
    is_raised_again: Mapped[bool] = mapped_column(server_default="false")
    marks: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    planned_measures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    drafted_by: Mapped[UUID]
    drafted_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    told_by: Mapped[UUID | None]
    told_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "complaint_id", "cycle"),
        CheckConstraint("state in ('draft', 'returned', 'confirmed', 'suspended', 'overturned')", name="state"),
        Index("ix_complaint_findings_complaint", "complaint_id", "cycle"),
        Index("ix_complaint_findings_department", "company", "department", text("id desc")),
        Index("ix_complaint_findings_persons", "person_ids", postgresql_using="gin"),
        Index("ix_complaint_findings_attachments", "attachment_ids", postgresql_using="gin"),
    )

    @property
    def content(self) -> Content:
        """What the finding says now."""
        return Content(
            verdict=self.verdict,
            facts=self.facts,
            root_cause=self.root_cause,
            department=self.department,
            person_ids=tuple(self.person_ids),
            is_preventable=self.is_preventable,
            is_reported_upward=self.is_reported_upward,
            is_raised_again=self.is_raised_again,
            marks=tuple(self.marks),
            remedies=tuple(self.remedies),
            attachment_ids=tuple(self.attachment_ids),
            measures=tuple(
                PlannedMeasure(one["description"], UUID(one["owner_id"]), one.get("urgency"))
                for one in self.planned_measures
            ),
        )

    def say(self, content: Content) -> None:
        """Let the finding say this from now on."""
        record = content.record()
        for name in ("verdict", "facts", "root_cause", "department", "is_preventable", "is_reported_upward"):
            setattr(self, name, record[name])
        self.is_raised_again = content.is_raised_again
        self.person_ids, self.attachment_ids = list(content.person_ids), list(content.attachment_ids)
        self.marks, self.remedies = list(content.marks), list(content.remedies)
        self.planned_measures = record["measures"]


class FindingActRow(Base):
    """One thing done to a finding, with the content where it set one; append-only."""

    __tablename__ = "complaint_finding_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_findings.id"))
    complaint_id: Mapped[UUID]
    revision: Mapped[int]
    act: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    appeal_id: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_complaint_finding_acts_finding", "finding_id", "at"),
        Index("ix_complaint_finding_acts_complaint", "complaint_id", "at"),
    )


class MeasureRow(Base):
    """One corrective measure of a confirmed finding; its deadline is a clock."""

    __tablename__ = "corrective_measures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_findings.id"))
    complaint_id: Mapped[UUID]
    description: Mapped[str]
    owner_id: Mapped[UUID]
    team: Mapped[str | None]
    department: Mapped[str | None]
    urgency: Mapped[str]
    state: Mapped[str]
    round: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    proof_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    assigned_at: Mapped[datetime]
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    rejection: Mapped[str | None]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('assigned', 'done', 'verified', 'cancelled')", name="state"),
        Index("ix_corrective_measures_finding", "finding_id", "id"),
        Index("ix_corrective_measures_complaint", "complaint_id", "id"),
        Index("ix_corrective_measures_owner", "company", "owner_id", text("id desc")),
        Index("ix_corrective_measures_proofs", "proof_ids", postgresql_using="gin"),
    )


class ResponsibilityRow(Base):
    """A person named responsible by a finding: counted, suspended by an appeal, or revoked."""

    __tablename__ = "finding_responsibilities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    person_id: Mapped[UUID]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_findings.id"))
    complaint_id: Mapped[UUID]
    complained_at: Mapped[datetime]
    year: Mapped[int]
    standing: Mapped[str]

    __table_args__ = (
        UniqueConstraint("company", "person_id", "finding_id"),
        CheckConstraint("standing in ('counted', 'suspended', 'revoked')", name="standing"),
        Index("ix_finding_responsibilities_year", "company", "year", "person_id"),
    )


class RepeatedConsequenceRow(Base):
    """A consequence proposed because somebody was held responsible too often within a period."""

    __tablename__ = "repeated_consequences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    person_id: Mapped[UUID]
    year: Mapped[int]
    rule: Mapped[str]
    clause: Mapped[str]
    """Of the incentive chapter."""
    state: Mapped[str]
    count: Mapped[int]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaint_findings.id"))
    matter_id: Mapped[UUID]
    proposed_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('proposed', 'retracted')", name="state"),
        Index(
            "uq_repeated_consequences_open",
            "company",
            "person_id",
            "year",
            "rule",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )
