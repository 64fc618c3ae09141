"""Trainings and service meetings: what departments owe, what they held, what was decided."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing

_IDS = ARRAY(Uuid)
_DUTY = "inspection.gathering_duties.id"


class GatheringDutyRow(Base):
    """That a department holds a training or meeting in a period; `version` guards every change."""

    __tablename__ = "gathering_duties"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    department: Mapped[str]
    period: Mapped[str]
    """`2026-11` or `2026-Q4`."""
    period_from: Mapped[datetime]
    due_at: Mapped[datetime]
    """The end of the period, outside."""
    ends_at: Mapped[datetime]
    """Until when it may be made up for."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    state: Mapped[str]
    made_at: Mapped[datetime]
    record_id: Mapped[UUID | None]
    held_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    missed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "kind", "department", "period"),
        CheckConstraint("kind in ('training', 'meeting')", name="kind"),
        CheckConstraint("state in ('owed', 'held', 'missed')", name="state"),
        CheckConstraint("period_from < due_at and due_at <= ends_at", name="period"),
        CheckConstraint("(state = 'held') = (record_id is not null)", name="held"),
        CheckConstraint("(state = 'missed') <= (missed_at is not null)", name="missed"),
        Index("ix_gathering_duties_list", "company", text("id desc")),
        Index("ix_gathering_duties_due", "company", "due_at", "state"),
        Index("ix_gathering_duties_open", "company", "ends_at", postgresql_where=text("ended_at is null")),
    )

    @property
    def routing(self) -> Routing:
        """The department that owes it."""
        return Routing(department=self.department, posts=list(self.posts))


class HeldColumns:
    """What trainings and meetings have alike."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    department: Mapped[str]
    team: Mapped[str | None]
    subject: Mapped[str]
    held_at: Mapped[datetime]
    minutes: Mapped[int]
    """How long it lasted."""
    person_ids: Mapped[list[UUID]] = mapped_column(_IDS, server_default="{}")
    """Who took part."""
    led_by: Mapped[UUID | None]
    words: Mapped[str | None]
    file_ids: Mapped[list[UUID]] = mapped_column(_IDS, server_default="{}")
    """The minutes, and whatever else."""
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    @property
    def routing(self) -> Routing:
        """Whose it is."""
        return Routing(team=self.team, department=self.department)


class TrainingRow(HeldColumns, Base):
    """One training; never changed."""

    __tablename__ = "trainings"

    duty_id: Mapped[UUID | None] = mapped_column(ForeignKey(_DUTY))
    assessed: Mapped[int | None]
    """How many were examined."""
    passed: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("minutes >= 1", name="minutes"),
        CheckConstraint("(assessed is null) = (passed is null) and passed between 0 and assessed", name="assessed"),
        Index("ix_trainings_list", "company", text("id desc")),
        Index("ix_trainings_held", "company", "department", "held_at"),
        Index("ix_trainings_files", "file_ids", postgresql_using="gin"),
    )


class ServiceMeetingRow(HeldColumns, Base):
    """One service meeting; never changed."""

    __tablename__ = "service_meetings"

    duty_id: Mapped[UUID | None] = mapped_column(ForeignKey(_DUTY))

    __table_args__ = (
        CheckConstraint("minutes >= 1", name="minutes"),
        Index("ix_service_meetings_list", "company", text("id desc")),
        Index("ix_service_meetings_held", "company", "department", "held_at"),
        Index("ix_service_meetings_files", "file_ids", postgresql_using="gin"),
    )


class MeetingDecisionRow(Base):
    """What a meeting decided, with owner and due date; `version` guards every change."""

    __tablename__ = "meeting_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.service_meetings.id"))
    position: Mapped[int]
    department: Mapped[str]
    words: Mapped[str]
    owner_id: Mapped[UUID]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    state: Mapped[str]
    decided_at: Mapped[datetime]
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    done_words: Mapped[str | None]
    is_late: Mapped[bool | None]
    improvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.improvements.id"))
    cancel_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("state in ('open', 'done', 'improvement', 'cancelled')", name="state"),
        CheckConstraint("(state = 'done') = (done_at is not null)", name="done"),
        CheckConstraint("(state = 'improvement') = (improvement_id is not null)", name="improvement"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason is not null)", name="cancelled"),
        Index("ix_meeting_decisions_list", "company", text("id desc")),
        Index("ix_meeting_decisions_owner", "company", "owner_id", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Whoever carries it out."""
        return Routing(owner_id=self.owner_id, department=self.department)
