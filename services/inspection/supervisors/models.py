"""Tables of the supervision network; only `supervisors` holds personal data, encrypted and erasable."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing

_SUPERVISOR = "inspection.supervisors.id"


class SupervisorRow(Base):
    """One member; `version` guards every change."""

    __tablename__ = "supervisors"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    name: Mapped[str | None]
    """Encrypted; null once erased."""
    phone: Mapped[str | None]
    phone_index: Mapped[str | None]
    phone_last4: Mapped[str | None]
    group_code: Mapped[str]
    """Of society."""
    staff_id: Mapped[UUID | None]
    """The member's own account."""
    state: Mapped[str]
    term: Mapped[int]
    term_since: Mapped[date]
    term_until: Mapped[date]
    """The last day."""
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who manages the membership."""
    appointed_by: Mapped[UUID]
    appointed_at: Mapped[datetime]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    erased_by: Mapped[UUID | None]
    erased_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('active', 'ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended"),
        CheckConstraint("(erased_at is null) = (name is not null)", name="erased"),
        CheckConstraint("(name is null) = (phone is null)", name="contact"),
        CheckConstraint("term_until >= term_since", name="term"),
        Index("ix_supervisors_list", "company", text("id desc")),
        Index(
            "uq_supervisors_phone",
            "company",
            "phone_index",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index("uq_supervisors_account", "company", "staff_id", unique=True, postgresql_where=text("state = 'active'")),
        Index("ix_supervisors_term", "company", "term_until", postgresql_where=text("state = 'active'")),
    )

    @property
    def routing(self) -> Routing:
        """Whoever manages the network; never the member, who has no queue."""
        return Routing(posts=list(self.posts))


class SupervisorTermRow(Base):
    """One term of a member; append-only but for the notice of its end."""

    __tablename__ = "supervisor_terms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey(_SUPERVISOR))
    sequence: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    noticed_at: Mapped[datetime | None]
    """When the clock of its end began."""

    __table_args__ = (
        UniqueConstraint("company", "supervisor_id", "sequence"),
        CheckConstraint("until >= since", name="dates"),
    )


class SupervisorActivityRow(Base):
    """One member's invitation to one visit, meeting or check, and its record."""

    __tablename__ = "supervisor_activities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey(_SUPERVISOR))
    staff_id: Mapped[UUID | None]
    """The member's account when invited."""
    kind: Mapped[str]
    is_announced: Mapped[bool]
    department: Mapped[str | None]
    place: Mapped[str]
    purpose: Mapped[str]
    starts_at: Mapped[datetime]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    invited_by: Mapped[UUID]
    invited_at: Mapped[datetime]
    reply: Mapped[str | None]
    replied_by: Mapped[UUID | None]
    replied_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    record: Mapped[str | None]
    photo_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('invited', 'accepted', 'declined', 'held', 'cancelled')", name="state"),
        CheckConstraint("(state = 'held') = (held_at is not null)", name="held"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name="cancelled"),
        Index("ix_supervisor_activities_list", "company", text("id desc")),
        Index("ix_supervisor_activities_supervisor", "company", "supervisor_id", text("id desc")),
        Index("ix_supervisor_activities_photos", "photo_ids", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """Whoever manages the network; no department learns of a check."""
        return Routing(posts=list(self.posts))


class ObservationRow(Base):
    """What a member saw, and what became of it."""

    __tablename__ = "observations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey(_SUPERVISOR))
    staff_id: Mapped[UUID | None]
    """The member's account when filed."""
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.supervisor_activities.id"))
    kind: Mapped[str]
    department: Mapped[str]
    team: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who answers in the department where nobody else does."""
    place: Mapped[str]
    words: Mapped[str]
    evidence_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    state: Mapped[str]
    seen_at: Mapped[datetime]
    filed_by: Mapped[UUID]
    filed_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    """The first deadline; null where no limit is set."""
    answer: Mapped[str | None]
    drafted_by: Mapped[UUID | None]
    drafted_at: Mapped[datetime | None]
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    is_on_time: Mapped[bool | None]
    told_by: Mapped[UUID | None]
    told_at: Mapped[datetime | None]
    told_note: Mapped[str | None]
    finding_id: Mapped[UUID | None]
    complained_by: Mapped[UUID | None]
    complained_at: Mapped[datetime | None]
    public_words: Mapped[str | None]
    public_answer: Mapped[str | None]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('filed', 'drafted', 'answered', 'told')", name="state"),
        CheckConstraint("(state in ('answered', 'told')) = (reviewed_at is not null)", name="reviewed"),
        CheckConstraint("(state = 'told') = (told_at is not null)", name="told"),
        CheckConstraint("(public_words is null) = (published_at is null)", name="published"),
        Index("ix_observations_list", "company", text("id desc")),
        Index("ix_observations_supervisor", "company", "supervisor_id", text("id desc")),
        Index("ix_observations_department", "company", "department", text("id desc")),
        Index("ix_observations_due", "company", "answer_due_at"),
        Index("ix_observations_filed", "company", "filed_at"),
        Index("ix_observations_evidence", "evidence_ids", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """The department that answers; not whose it is."""
        return Routing(team=self.team, department=self.department, posts=list(self.posts))
