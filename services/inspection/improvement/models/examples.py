"""Good examples as the office publishes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.inspection.database import Base
from shared.contracts.base import Routing


class GoodExampleRow(Base):
    """The publication of a good example, in words that name nobody; `version` guards every change."""

    __tablename__ = "good_examples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("inspection.findings.id"))
    clause: Mapped[str]
    department: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who publishes."""
    title: Mapped[str]
    words: Mapped[str]
    state: Mapped[str]
    drafted_by: Mapped[UUID]
    drafted_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('drafted', 'published', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'published' or published_at is not null", name="published"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn"),
        Index(
            "uq_good_examples_finding",
            "company",
            "finding_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_good_examples_list", "company", "state", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Who publishes it."""
        return Routing(posts=list(self.posts))
