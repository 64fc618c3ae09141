"""What belongs to a visit: who was there, the proofs, what was found, how it was moved."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class ParticipantRow(Base):
    """Somebody of the company who took part, and in which post."""

    __tablename__ = "visit_participants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("callback.visits.id"))
    staff_id: Mapped[UUID]
    post: Mapped[str]

    __table_args__ = (UniqueConstraint("visit_id", "staff_id"),)


class ProofRow(Base):
    """A proof that it took place, of a kind of the pack."""

    __tablename__ = "visit_proofs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("callback.visits.id"))
    kind: Mapped[str]
    file_id: Mapped[UUID | None]
    note: Mapped[str | None]

    __table_args__ = (
        Index("ix_visit_proofs_visit", "visit_id"),
        Index("ix_visit_proofs_file", "file_id", postgresql_where=text("file_id is not null")),
    )


class FindingRow(Base):
    """What was learnt that others work on: a need, told as a lead, or a suggestion, answered as an opinion."""

    __tablename__ = "visit_findings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("callback.visits.id"))
    kind: Mapped[str]
    need: Mapped[str | None]
    department: Mapped[str]
    words: Mapped[str | None]
    opinion_id: Mapped[UUID | None]
    opinion_number: Mapped[str | None]
    event_id: Mapped[UUID | None]
    raised_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('need', 'suggestion')", name="kind"),
        Index("ix_visit_findings_visit", "visit_id"),
    )


class MoveRow(Base):
    """One change of the date; beyond the window it counts once another person approved it."""

    __tablename__ = "visit_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("callback.visits.id"))
    position: Mapped[int]
    from_on: Mapped[date | None]
    to_on: Mapped[date]
    is_beyond: Mapped[bool]
    reason: Mapped[str]
    state: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("visit_id", "position"),
        CheckConstraint("state in ('taken', 'proposed', 'approved', 'refused', 'lapsed')", name="state"),
        CheckConstraint("(state in ('approved', 'refused')) = (decided_at is not null)", name="decided"),
    )
