"""Events for customers (活动) and who is invited."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing


class ActivityRow(Base):
    """An event for customers (活动)."""

    __tablename__ = "activities"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int | None]
    tiers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    reason: Mapped[str | None]
    owner_id: Mapped[UUID]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    opened_at: Mapped[datetime]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint("starts_at < ends_at", name="time"),
        Index("ix_activities_list", "company", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Who prepares it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))


class InvitationRow(Base):
    """One customer who is invited to an activity."""

    __tablename__ = "activity_invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("callback.activities.id"))
    customer_id: Mapped[UUID]
    tier: Mapped[str | None]
    state: Mapped[str]
    message_id: Mapped[UUID | None]
    invited_by: Mapped[UUID]
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("activity_id", "customer_id"),
        CheckConstraint("state in ('invited', 'accepted', 'declined', 'attended', 'absent')", name="state"),
        Index("ix_activity_invitations_list", "activity_id", "id"),
        Index("ix_activity_invitations_customer", "customer_id"),
    )
