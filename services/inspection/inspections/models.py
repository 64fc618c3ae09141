"""Tables of the inspections: the inspection with its form, what was checked, whom it drew, who was there."""

from datetime import date, datetime
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
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class InspectionRow(Base):
    """One inspection from its preparation to both signatures; `version` guards every change."""

    __tablename__ = "inspections"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    planned_id: Mapped[UUID | None]
    """Null = unplanned, or a check of entry by the customer service."""
    follows_id: Mapped[UUID | None]
    """The rectification notice or inspection that it follows up."""
    source_id: Mapped[UUID | None]
    """The event of another service that brought it."""
    level: Mapped[str]
    kind: Mapped[str]
    theme: Mapped[str | None]
    method: Mapped[str]
    department: Mapped[str]
    """Inspected, as is the team."""
    team: Mapped[str | None]
    is_announced: Mapped[bool]
    """Else the inspected see it only when its form was recorded."""
    inspector_id: Mapped[UUID | None]
    """Null = a check of entry by the customer service."""
    checklist: Mapped[str]
    checklist_name: Mapped[str]
    """Chinese, as it was then."""
    policy_version: Mapped[str]
    """The revision that governs it: also the version of its checklist."""
    held_on: Mapped[date | None]
    """Of the execution plan, as are `checks` and `sample_size`."""
    checks: Mapped[str | None]
    sample_size: Mapped[int | None]
    sample_id: Mapped[UUID | None]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    prepared_by: Mapped[UUID | None]
    prepared_at: Mapped[datetime]
    form_id: Mapped[UUID | None]
    """Made by the device that filled the form: sent twice, it counts once."""
    form_digest: Mapped[str | None]
    """SHA-256 of the form as it was sent: what both signatures stand under."""
    held_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    filled_at: Mapped[datetime | None]
    """When the form was filled, where it was filled before it was sent."""
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    """The form was filled after it was due."""
    place: Mapped[str | None]
    remarks: Mapped[str | None]
    advice: Mapped[str | None]
    score_got: Mapped[int | None]
    """Weights of the points in order, of `score_of`, those that apply."""
    score_of: Mapped[int | None]
    score: Mapped[int | None]
    """Basis points, rounded half up; null where no point applies."""
    reply: Mapped[str | None]
    is_reply_refused: Mapped[bool] = mapped_column(server_default="false")
    refusal_reason: Mapped[str | None]
    replied_by: Mapped[UUID | None]
    """Who signed for the department; of a refused reply, the inspector who recorded the refusal."""
    replied_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    voided_by: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        UniqueConstraint("company", "form_id"),
        CheckConstraint("level in ('company', 'department', 'team')", name="level"),
        CheckConstraint("state in ('prepared', 'recorded', 'replied', 'signed', 'void')", name="state"),
        CheckConstraint("inspector_id is not null or source_id is not null", name="inspector"),
        CheckConstraint(
            "state in ('prepared', 'void') or (held_at is not null and recorded_at is not null)", name="recorded"
        ),
        CheckConstraint("held_at is null or held_at <= ended_at", name="times"),
        CheckConstraint("state not in ('replied', 'signed') or replied_at is not null", name="replied"),
        CheckConstraint("is_reply_refused = (refusal_reason is not null)", name="refused"),
        CheckConstraint("(state = 'signed') = (signed_at is not null)", name="signed"),
        CheckConstraint("(state = 'void') = (void_reason is not null)", name="void"),
        CheckConstraint(
            "replied_by is null or is_reply_refused or inspector_id is null or replied_by <> inspector_id",
            name="four_eyes",
        ),
        CheckConstraint("score_got is null or score_got between 0 and score_of", name="score"),
        CheckConstraint("sample_size is null or sample_size >= 0", name="sample_size"),
        Index("ix_inspections_list", "company", text("id desc")),
        Index("ix_inspections_department", "company", "department", "held_at"),
        Index("ix_inspections_inspector", "company", "inspector_id", text("id desc")),
        Index("ix_inspections_planned", "planned_id"),
        Index("ix_inspections_source", "company", "source_id", unique=True),
    )

    @property
    def is_told(self) -> bool:
        """Whether the inspected may know of it."""
        return self.is_announced or self.recorded_at is not None

    @property
    def routing(self) -> Routing:
        """Whom it lies with: nobody of the inspected before they may know of it."""
        if not self.is_told:
            return Routing(owner_id=self.inspector_id)
        return Routing(owner_id=self.inspector_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def inspecting(self) -> Routing:
        """Who fills its form and signs it."""
        return Routing(owner_id=self.inspector_id)

    @property
    def signing(self) -> Routing:
        """Who signs last: the inspector, or who stands in where there is none."""
        return Routing(owner_id=self.inspector_id, posts=list(self.posts))

    @property
    def replying(self) -> Routing:
        """The department that owes its reply, and who signs for it."""
        return Routing(department=self.department, posts=list(self.posts))


class CheckedPointRow(Base):
    """One point of the checklist as it was asked, with its answer; never changed."""

    __tablename__ = "checked_points"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspections.id"))
    position: Mapped[int]
    point: Mapped[str]
    question: Mapped[str]
    weight: Mapped[int]
    clause: Mapped[str]
    severity: Mapped[str]
    answer: Mapped[str]
    remarks: Mapped[str | None]
    advice: Mapped[str | None]
    person_id: Mapped[UUID | None]
    evidence_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    finding_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("inspection_id", "point"),
        CheckConstraint("answer in ('ok', 'not_ok', 'not_applicable')", name="answer"),
        CheckConstraint("weight between 1 and 100", name="weight"),
        CheckConstraint("(answer = 'not_ok') = (finding_id is not null)", name="finding"),
        Index("ix_checked_points_evidence", "evidence_ids", postgresql_using="gin"),
    )


class CheckedSubjectRow(Base):
    """One drawn subject, and what became of it; never changed."""

    __tablename__ = "checked_subjects"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspections.id"))
    position: Mapped[int]
    """Its place in the draw."""
    subject_id: Mapped[UUID]
    number: Mapped[str | None]
    outcome: Mapped[str]
    words: Mapped[str | None]
    point: Mapped[str | None]
    """Of a failed one: the point at which it failed."""

    __table_args__ = (
        UniqueConstraint("inspection_id", "subject_id"),
        CheckConstraint("outcome in ('ok', 'failed', 'unchecked')", name="outcome"),
        CheckConstraint("(outcome = 'failed') = (point is not null)", name="point"),
        CheckConstraint("outcome = 'ok' or words is not null", name="words"),
    )


class InspectionPersonRow(Base):
    """Somebody of the staff who inspects, goes along or is present."""

    __tablename__ = "inspection_people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspections.id"))
    staff_id: Mapped[UUID]
    part: Mapped[str]

    __table_args__ = (
        UniqueConstraint("inspection_id", "staff_id"),
        CheckConstraint("part in ('inspector', 'companion', 'present')", name="part"),
    )


class InspectionGoodExampleRow(Base):
    """A good example that the form names, with the finding that records it; never changed."""

    __tablename__ = "inspection_good_examples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.inspections.id"))
    position: Mapped[int]
    clause: Mapped[str]
    words: Mapped[str]
    person_id: Mapped[UUID | None]
    is_publishable: Mapped[bool]
    evidence_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    finding_id: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("inspection_id", "position"),
        Index("ix_inspection_good_examples_evidence", "evidence_ids", postgresql_using="gin"),
    )
