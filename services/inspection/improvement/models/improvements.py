"""Improvements and the notes on their progress."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing

_FILES = ARRAY(Uuid)


class ImprovementRow(Base):
    """One improvement, from its proposal to its acceptance; `version` guards every change."""

    __tablename__ = "improvements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.improvement_plans.id"))
    source_type: Mapped[str]
    source_id: Mapped[UUID | None]
    source_number: Mapped[str | None]
    candidate_key: Mapped[str | None]
    """What suggested it: rule, code and month; once in a company."""
    clause: Mapped[str]
    """On which it rests, or which was broken."""
    title: Mapped[str]
    goal: Mapped[str | None]
    measure: Mapped[str | None]
    department: Mapped[str]
    team: Mapped[str | None]
    owner_id: Mapped[UUID | None]
    proposer_id: Mapped[UUID | None]
    """Null = suggested by what was heard."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    state: Mapped[str]
    raised_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    """Who planned or declined it."""
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None]
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(server_default="1")
    """Grows each time it is sent back."""
    begun_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    done_words: Mapped[str | None]
    file_ids: Mapped[list[UUID]] = mapped_column(_FILES, server_default="{}")
    is_late: Mapped[bool | None]
    """Done after it was due, in any round."""
    indicator: Mapped[str | None]
    """Of the pack; null = measured by hand."""
    indicator_category: Mapped[str | None]
    before_from: Mapped[datetime | None]
    before_until: Mapped[datetime | None]
    before_numerator: Mapped[int | None] = mapped_column(BigInteger)
    before_denominator: Mapped[int | None] = mapped_column(BigInteger)
    after_from: Mapped[datetime | None]
    after_until: Mapped[datetime | None]
    after_numerator: Mapped[int | None] = mapped_column(BigInteger)
    after_denominator: Mapped[int | None] = mapped_column(BigInteger)
    is_improved: Mapped[bool | None]
    """Null = not measured, or nothing to compare."""
    is_by_hand: Mapped[bool | None]
    measured_by: Mapped[UUID | None]
    measured_at: Mapped[datetime | None]
    effect_words: Mapped[str | None]
    effect_file_ids: Mapped[list[UUID]] = mapped_column(_FILES, server_default="{}")
    judged_by: Mapped[UUID | None]
    """Who accepted it or sent it back last."""
    judged_at: Mapped[datetime | None]
    judged_words: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "state in ('candidate', 'proposed', 'planned', 'declined', 'under_way', 'done', 'accepted', 'returned',"
            " 'cancelled')",
            name="state",
        ),
        CheckConstraint(
            "source_type in ('finding', 'complaint', 'survey', 'proposal', 'meeting', 'office')", name="source_type"
        ),
        CheckConstraint("(state = 'candidate') <= (candidate_key is not null)", name="candidate"),
        CheckConstraint(
            "state in ('candidate', 'proposed', 'declined', 'cancelled')"
            " or (owner_id is not null and due_at is not null and goal is not null)",
            name="planned",
        ),
        CheckConstraint("(state in ('declined', 'accepted', 'cancelled')) = (ended_at is not null)", name="ended"),
        CheckConstraint("(before_numerator is null) = (before_denominator is null)", name="before"),
        CheckConstraint("(after_numerator is null) = (after_denominator is null)", name="after"),
        CheckConstraint("state <> 'accepted' or judged_by is distinct from owner_id", name="own"),
        CheckConstraint("round >= 1", name="round"),
        Index("ix_improvements_list", "company", text("id desc")),
        Index("ix_improvements_due", "company", "department", "due_at"),
        Index("ix_improvements_owner", "company", "owner_id", text("id desc")),
        Index("ix_improvements_plan", "plan_id"),
        Index("ix_improvements_files", "file_ids", postgresql_using="gin"),
        Index("ix_improvements_effect_files", "effect_file_ids", postgresql_using="gin"),
        Index(
            "ix_improvements_unmeasured",
            "company",
            "after_until",
            postgresql_where=text("state = 'done' and measured_at is null and indicator is not null"),
        ),
        Index(
            "uq_improvements_candidate",
            "company",
            "candidate_key",
            unique=True,
            postgresql_where=text("candidate_key is not null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Whom it lies with."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def posts_routing(self) -> Routing:
        """The posts that decide, and nobody whose it is."""
        return Routing(posts=list(self.posts))


class ImprovementNoteRow(Base):
    """What was done on an improvement; never changed."""

    __tablename__ = "improvement_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    improvement_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.improvements.id"))
    position: Mapped[int]
    words: Mapped[str]
    file_ids: Mapped[list[UUID]] = mapped_column(_FILES, server_default="{}")
    noted_by: Mapped[UUID]
    noted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("improvement_id", "position"),
        Index("ix_improvement_notes_files", "file_ids", postgresql_using="gin"),
    )
