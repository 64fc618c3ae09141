"""What happened, as inspections sample it and summaries count it; and the samples that were drawn."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class FactRow(Base):
    """One case, order, call, broken promise or entry error, from the events of its service; ids and codes only."""

    __tablename__ = "facts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    number: Mapped[str | None]
    happened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    department: Mapped[str | None]
    team: Mapped[str | None]
    staff_id: Mapped[UUID | None]
    """Whose work it is."""
    tier: Mapped[str | None]
    category: Mapped[str | None]
    """Category of a case, work of an order, business of a call, metric of a clock, kind of an entry error."""
    clause: Mapped[str | None]
    of_kind: Mapped[str | None]
    """Of a call or a broken promise: what it is about."""
    of_id: Mapped[UUID | None]
    is_late: Mapped[bool] = mapped_column(server_default="false")
    """A promise on it was broken."""
    is_satisfied: Mapped[bool | None]
    """Null = the customer was not asked or did not answer."""
    is_void: Mapped[bool] = mapped_column(server_default="false")
    """A breach that was retracted."""
    amount: Mapped[int]
    """How many errors, of entry; else 1."""
    matter_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the aggregate, as far as it was heard."""

    __table_args__ = (
        UniqueConstraint("company", "kind", "subject_id"),
        CheckConstraint("kind in ('case', 'order', 'call', 'clock', 'entry')", name="kind"),
        CheckConstraint("amount >= 1", name="amount"),
        Index("ix_facts_frame", "company", "kind", "happened_at", "department"),
    )


class SampleRow(Base):
    """A sample: the first so many of its frame in the order of SHA-256 over seed, name and subject; never changed."""

    __tablename__ = "samples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    name: Mapped[str]
    """What the frame is, in words that anyone can write again."""
    seed: Mapped[str]
    kind: Mapped[str]
    department: Mapped[str | None]
    team: Mapped[str | None]
    category: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime]
    size: Mapped[int]
    """Asked for."""
    population: Mapped[int]
    drawn: Mapped[int]
    drawn_by: Mapped[UUID | None]
    drawn_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('case', 'order', 'call', 'clock', 'entry')", name="kind"),
        CheckConstraint("since < until", name="period"),
        CheckConstraint("size >= 1 and drawn between 0 and least(size, population)", name="counts"),
        Index("ix_samples_list", "company", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Who the sample lies with."""
        return Routing(owner_id=self.drawn_by, team=self.team, department=self.department)


class SampleMemberRow(Base):
    """One drawn subject, with its place in the sample."""

    __tablename__ = "sample_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.samples.id"))
    position: Mapped[int]
    subject_id: Mapped[UUID]
    number: Mapped[str | None]
    staff_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("sample_id", "position"),
        UniqueConstraint("sample_id", "subject_id"),
    )
