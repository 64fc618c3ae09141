"""The tables of the counters: what was heard of a cause, tallies, what counts in them, and what stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base

STATES = "state in ('counted', 'held', 'ended')"
KINDS = "kind in ('awards_lost', 'suspended', 'warned', 'month_grade')"
ENDINGS = "ended_for in ('suspended', 'reversed', 'lifted')"


class HeardCauseRow(Base):
    """How far a case, a finding or a notice is known: an older fact after a newer one changes nothing."""

    __tablename__ = "counter_causes"

    company: Mapped[str] = mapped_column(primary_key=True)
    cause_type: Mapped[str] = mapped_column(primary_key=True)
    cause_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the newest fact heard."""
    heard_at: Mapped[datetime]


class TallyRow(Base):
    """One counter of one subject and year; locked by whoever counts in it."""

    __tablename__ = "counter_tallies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    counter: Mapped[str]
    subject_type: Mapped[str]
    subject: Mapped[str]
    """Staff id or department code, as text."""
    staff_id: Mapped[UUID | None]
    department: Mapped[str | None]
    team: Mapped[str | None]
    year: Mapped[int]
    """Calendar year of the company's civil time; 0 = all years."""
    count: Mapped[int] = mapped_column(server_default="0")
    reached_at: Mapped[datetime | None]
    """Since when the count has been at the limit; null below it."""
    reached_id: Mapped[UUID | None]
    """The cause under which the clause was proposed; another one each time."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "counter", "subject_type", "subject", "year"),
        CheckConstraint("subject_type in ('employee', 'department')", name="subject_type"),
        CheckConstraint("(reached_at is null) = (reached_id is null)", name="reached"),
        Index("ix_counter_tallies_list", "company", text("id desc")),
        Index("ix_counter_tallies_subject", "company", "subject", "year"),
    )

    @property
    def subject_id(self) -> UUID | None:
        """Staff id; a department has none."""
        return self.staff_id


class CountedRow(Base):
    """One cause in one tally; never deleted: it ends, and may count again."""

    __tablename__ = "counted"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    tally_id: Mapped[UUID] = mapped_column(ForeignKey("counter_tallies.id"))
    counter: Mapped[str]
    subject_type: Mapped[str]
    subject: Mapped[str]
    department: Mapped[str | None]
    year: Mapped[int]
    """Of what happened, also where all years count."""
    cause_type: Mapped[str]
    """incentive_case, finding or notice."""
    cause_id: Mapped[UUID]
    counts_as: Mapped[UUID]
    """Several causes with the same one count once: the complaint, the matter of a department."""
    matter_id: Mapped[UUID]
    number: Mapped[str | None]
    provision: Mapped[str | None]
    happened_at: Mapped[datetime]
    state: Mapped[str]
    """`held`: contested, neither proposes nor takes back."""
    counted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_for: Mapped[str | None]
    """Type of the fact that ended or held it."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "counter", "subject_type", "subject", "cause_id"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint("(state = 'counted') = (ended_at is null)", name="ended"),
        CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended_for"),
        Index("ix_counted_cause", "company", "cause_type", "cause_id"),
        Index("ix_counted_tally", "tally_id"),
    )


class StandingRow(Base):
    """One consequence that an effective case leaves for one subject and period; `version` guards every change."""

    __tablename__ = "standings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID]
    provision: Mapped[str]
    kind: Mapped[str]
    grade: Mapped[str | None]
    subject_type: Mapped[str]
    subject: Mapped[str]
    staff_id: Mapped[UUID | None]
    department: Mapped[str | None]
    team: Mapped[str | None]
    period: Mapped[str]
    """A year (`2026`) of lost awards; else a month (`2026-11`): of a suspension the first."""
    until_period: Mapped[str | None]
    """The last month of a suspension that was lifted."""
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_for: Mapped[str | None]
    """suspended (an appeal is open), reversed or lifted."""
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
    lift_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "case_id", "kind", "subject_type", "subject"),
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint(ENDINGS, name="ended_for"),
        CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended"),
        CheckConstraint("(kind = 'month_grade') = (grade is not null)", name="grade"),
        CheckConstraint("subject_type in ('employee', 'department')", name="subject_type"),
        CheckConstraint("(lifted_at is null) = (lift_reason is null)", name="lifted"),
        Index("ix_standings_list", "company", text("id desc")),
        Index("ix_standings_subject", "company", "subject_type", "subject"),
        Index("ix_standings_kind", "company", "kind", "period"),
    )

    @property
    def is_holding(self) -> bool:
        """Whether it stands now."""
        return self.ended_at is None
