"""The gift register (礼品登记)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing


class GiftRow(Base):
    """One gift of the register (礼品登记)."""

    __tablename__ = "gifts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    customer_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    greeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("callback.greetings.id"))
    occasion: Mapped[str]
    kind: Mapped[str]
    value_fen: Mapped[int] = mapped_column(BigInteger)
    year: Mapped[int]
    state: Mapped[str]
    exceeded: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    reason: Mapped[str | None]
    given_by: Mapped[UUID]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """That decide on it."""
    recorded_at: Mapped[datetime]
    given_on: Mapped[date | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("value_fen > 0", name="value"),
        CheckConstraint("state in ('proposed', 'approved', 'refused', 'given')", name="state"),
        CheckConstraint("(state = 'given') = (given_on is not null)", name="given"),
        CheckConstraint("(state in ('approved', 'refused')) <= (decided_at is not null)", name="decided"),
        Index("ix_gifts_list", "company", text("id desc")),
        Index("ix_gifts_receiver", "company", "customer_id", "year"),
        Index("ix_gifts_year", "company", "year", "state"),
    )

    @property
    def routing(self) -> Routing:
        """Who gives, and who decides."""
        return Routing(owner_id=self.given_by, team=self.team, department=self.department, posts=list(self.posts))
