"""The yearly service-improvement plan of a company or department."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class ImprovementPlanRow(Base):
    """One plan; `version` guards every change."""

    __tablename__ = "improvement_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    year: Mapped[int]
    place: Mapped[str]
    """The department whose plan it is; empty for the company's."""
    department: Mapped[str | None]
    period_from: Mapped[datetime]
    period_until: Mapped[datetime]
    """Outside."""
    due_at: Mapped[datetime]
    """By when it is approved."""
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Whom it waits for."""
    aims: Mapped[str | None]
    """What the year is to bring."""
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]
    """Null = the job."""
    made_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    is_late: Mapped[bool | None]
    """Approved after it was due."""
    returned_by: Mapped[UUID | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Counts of the year, frozen at its end."""
    summary: Mapped[str | None]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "year", "place"),
        CheckConstraint("state in ('draft', 'submitted', 'approved', 'ended', 'closed')", name="state"),
        CheckConstraint("period_from < period_until", name="period"),
        CheckConstraint("(state in ('ended', 'closed')) = (ended_at is not null)", name="ended"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed"),
        CheckConstraint("(closed_at is null) = (summary is null)", name="summary"),
        CheckConstraint("state <> 'approved' or approved_by <> submitted_by", name="four_eyes"),
        Index("ix_improvement_plans_list", "company", text("id desc")),
        Index(
            "ix_improvement_plans_open",
            "company",
            "period_until",
            postgresql_where=text("state in ('draft', 'submitted', 'approved')"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Whom it lies with."""
        return Routing(department=self.department, posts=list(self.posts))
