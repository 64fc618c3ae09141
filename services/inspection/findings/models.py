"""The table of findings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from services.inspection.findings.rules import UNTOLD
from shared.contracts.base import Routing

STATES = "state in ('draft', 'confirmed', 'contested', 'answered', 'closed', 'overturned', 'void')"
SOURCES = "source_type in ('inspection', 'complaint', 'order', 'callback', 'clock', 'entry_check', 'observation')"


class FindingRow(Base):
    """One finding or good example; `version` guards every change."""

    __tablename__ = "findings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    inspection_id: Mapped[UUID | None]
    inspection_kind: Mapped[str | None]
    """What decided the remedy."""
    source_type: Mapped[str]
    source_id: Mapped[UUID | None]
    severity: Mapped[str | None]
    """As it counts; null for a good example."""
    drafted_severity: Mapped[str | None]
    """As it was given, before a recurrence raised it."""
    is_good_example: Mapped[bool]
    is_publishable: Mapped[bool]
    clause: Mapped[str]
    department: Mapped[str]
    team: Mapped[str | None]
    person_id: Mapped[UUID | None]
    words: Mapped[str]
    advice: Mapped[str | None]
    remedy: Mapped[str]
    points: Mapped[int]
    recurrence_of: Mapped[UUID | None]
    state: Mapped[str]
    evidence_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for; of a withdrawn one, whom it waited for."""
    found_at: Mapped[datetime]
    raised_by: Mapped[UUID | None]
    raised_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    is_agreed: Mapped[bool | None]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    mended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint(SOURCES, name="source_type"),
        CheckConstraint("remedy in ('on_spot', 'notice', 'none')", name="remedy"),
        CheckConstraint("is_good_example = (severity is null)", name="severity"),
        CheckConstraint("points >= 0", name="points"),
        Index("ix_findings_list", "company", text("id desc")),
        Index("ix_findings_recurrence", "company", "department", "clause", "found_at"),
        Index("ix_findings_person", "company", "person_id", text("id desc")),
        Index("ix_findings_inspection", "inspection_id"),
        Index("ix_findings_evidence", "evidence_ids", postgresql_using="gin"),
    )

    @property
    def desk_routing(self) -> Routing:
        """The posts that it waits for, and nobody whom it names."""
        return Routing(posts=list(self.posts))

    @property
    def routing(self) -> Routing:
        """Whom it lies with: before it is confirmed it does not reach whom it names."""
        if self.state in UNTOLD:
            return self.desk_routing
        return Routing(owner_id=self.person_id, team=self.team, department=self.department, posts=list(self.posts))
