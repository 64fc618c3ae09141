"""What employees propose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class StaffProposalRow(Base):
    """One proposal and its answer; `version` guards every change."""

    __tablename__ = "staff_proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    words: Mapped[str]
    concerns: Mapped[str | None]
    """The department that it is about."""
    proposer_id: Mapped[UUID]
    department: Mapped[str | None]
    """The proposer's, as the team."""
    team: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who answers."""
    state: Mapped[str]
    filed_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    is_on_time: Mapped[bool | None]
    duplicate_of: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.staff_proposals.id"))
    improvement_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection.improvements.id"))
    read_at: Mapped[datetime | None]
    """When the proposer took note of the answer."""
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('open', 'accepted', 'declined', 'duplicate', 'withdrawn')", name="state"),
        CheckConstraint("(state in ('accepted', 'declined', 'duplicate')) = (answered_at is not null)", name="answer"),
        CheckConstraint("(state = 'duplicate') = (duplicate_of is not null)", name="duplicate"),
        CheckConstraint("(state = 'accepted') = (improvement_id is not null)", name="improvement"),
        CheckConstraint("answered_by is distinct from proposer_id", name="own"),
        CheckConstraint("duplicate_of <> id", name="self"),
        Index("ix_staff_proposals_list", "company", text("id desc")),
        Index("ix_staff_proposals_proposer", "company", "proposer_id", text("id desc")),
        Index("ix_staff_proposals_filed", "company", "filed_at"),
    )

    @property
    def routing(self) -> Routing:
        """The posts that answer it."""
        return Routing(posts=list(self.posts))

    @property
    def proposer_routing(self) -> Routing:
        """Whoever proposed it."""
        return Routing(owner_id=self.proposer_id)
