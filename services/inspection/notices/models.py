"""Tables of the notices: the notice, its findings, its rounds of mending, its history, what repeated ones cost."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing

STATES = (
    "state in ('draft', 'issued', 'acknowledged', 'planned', 'mended', 'returned', 'verified', 'escalated', 'closed',"
    " 'cancelled')"
)


class NoticeRow(Base):
    """One rectification notice to one department; `version` guards every change."""

    __tablename__ = "rectification_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    department: Mapped[str]
    team: Mapped[str | None]
    severity: Mapped[str]
    """The gravest of the findings that remain."""
    clause: Mapped[str]
    words: Mapped[str | None]
    state: Mapped[str]
    cycle: Mapped[int]
    deadline_at: Mapped[datetime | None]
    """Of the present round."""
    is_late: Mapped[bool]
    """The deadline of any round was missed."""
    is_mended: Mapped[bool | None]
    """How it was closed."""
    standing: Mapped[int]
    """Findings that remain."""
    year: Mapped[int | None]
    """Of its issue, in the company's civil time."""
    responsible_id: Mapped[UUID | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for, while it does not lie with the department."""
    drafted_by: Mapped[UUID | None]
    """None = drafted by the confirmation of its finding."""
    drafted_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint("cycle >= 1", name="cycle"),
        CheckConstraint("standing >= 0", name="standing"),
        Index("ix_rectification_notices_list", "company", text("id desc")),
        Index("ix_rectification_notices_year", "company", "year", "department"),
    )

    @property
    def desk_routing(self) -> Routing:
        """The posts that it waits for."""
        return Routing(posts=list(self.posts))

    @property
    def department_routing(self) -> Routing:
        """The department that mends, and who answers for it there."""
        return Routing(owner_id=self.responsible_id, team=self.team, department=self.department)

    @property
    def routing(self) -> Routing:
        """Whom it reaches: before its issue not the department."""
        if self.issued_at is None:
            return self.desk_routing
        return self.department_routing.model_copy(update={"posts": list(self.posts)})


class NoticeFindingRow(Base):
    """A finding on a notice, as it stood when it came there."""

    __tablename__ = "notice_findings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    notice_id: Mapped[UUID]
    finding_id: Mapped[UUID]
    position: Mapped[int]
    severity: Mapped[str]
    """As it weighs now."""
    clause: Mapped[str]
    person_id: Mapped[UUID | None]
    is_open: Mapped[bool]
    """The notice has not ended: a finding has at most one such."""
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("notice_id", "finding_id"),
        Index("uq_notice_findings_open", "finding_id", unique=True, postgresql_where=text("is_open")),
        Index("ix_notice_findings_finding", "finding_id"),
    )


class RoundRow(Base):
    """One round of mending: measure, report and proof, verification, acceptance."""

    __tablename__ = "rectification_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    notice_id: Mapped[UUID]
    cycle: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    extensions: Mapped[int]
    extended_days: Mapped[int]
    late_at: Mapped[datetime | None]
    """The deadline that was missed."""
    measure: Mapped[str | None]
    responsible_id: Mapped[UUID | None]
    planned_on: Mapped[date | None]
    planned_by: Mapped[UUID | None]
    planned_at: Mapped[datetime | None]
    report: Mapped[str | None]
    proof_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    mended_by: Mapped[UUID | None]
    mended_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    verdict_words: Mapped[str | None]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    acceptance: Mapped[str | None]
    accepted_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("notice_id", "cycle"),
        CheckConstraint("verdict in ('mended', 'not_mended')", name="verdict"),
        Index("ix_rectification_rounds_proof", "proof_ids", postgresql_using="gin"),
    )


class NoticeStepRow(Base):
    """One step of a notice's history; never changed."""

    __tablename__ = "notice_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    notice_id: Mapped[UUID]
    act: Mapped[str]
    state: Mapped[str]
    cycle: Mapped[int]
    words: Mapped[str | None]
    from_deadline_at: Mapped[datetime | None]
    to_deadline_at: Mapped[datetime | None]
    finding_id: Mapped[UUID | None]
    taken_by: Mapped[UUID | None]
    """None = the platform."""
    taken_at: Mapped[datetime]

    __table_args__ = (Index("ix_notice_steps_notice", "notice_id", "id"),)


class ConsequenceRow(Base):
    """What repeated notices of one year cost a department; a withdrawn one stays."""

    __tablename__ = "notice_consequences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    department: Mapped[str]
    year: Mapped[int]
    consequence: Mapped[str]
    clause: Mapped[str]
    state: Mapped[str]
    count: Mapped[int]
    notice_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    matter_id: Mapped[UUID]
    """Of the notice by which the number was reached."""
    proposed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('proposed', 'withdrawn')", name="state"),
        Index(
            "uq_notice_consequences_proposed",
            *("company", "year", "department", "consequence"),
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
        Index("ix_notice_consequences_year", "company", "year", "department"),
    )
