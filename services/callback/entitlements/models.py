"""The yearly evaluation of a key account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Sequence, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing

EVALUATION_NUMBERS = Sequence("account_evaluation_numbers", metadata=Base.metadata, schema="callback")


class EvaluationRow(Base):
    """One account in one year: scores by category, what was needed, what was agreed; another person reviews it."""

    __tablename__ = "account_evaluations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    customer_id: Mapped[UUID]
    tier: Mapped[str]
    year: Mapped[int]
    state: Mapped[str]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    gap: Mapped[str | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """By category of the pack."""
    summary: Mapped[str | None]
    needs: Mapped[str | None]
    improvements: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    review_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        UniqueConstraint("company", "customer_id", "year"),
        CheckConstraint("state in ('open', 'submitted', 'returned', 'agreed')", name="state"),
        CheckConstraint("(state in ('agreed', 'returned')) = (reviewed_at is not null)", name="reviewed"),
        Index("ix_account_evaluations_list", "company", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Who it lies with."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
