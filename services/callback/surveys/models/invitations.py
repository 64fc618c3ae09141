"""Invitations of sampled customers, and who does not want to be asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing


class InvitationRow(Base):
    """One sampled customer is asked once; of a link only the hash is kept."""

    __tablename__ = "survey_invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    tier: Mapped[str]
    customer_id: Mapped[UUID]
    channel: Mapped[str]
    state: Mapped[str]
    link_serial: Mapped[int] = mapped_column(server_default="0")
    """Counts the links; only the last is good."""
    link_hash: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    message_id: Mapped[UUID | None]
    """The text message that carried the link."""
    owner_id: Mapped[UUID | None]
    """Who calls, while the lease lasts."""
    lease_until: Mapped[datetime | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("survey_id", "customer_id"),
        CheckConstraint("state in ('to_send', 'invited', 'answered', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("channel in ('callback', 'sms', 'link')", name="channel"),
        CheckConstraint("(link_hash is null) = (link_serial = 0)", name="link"),
        CheckConstraint("(state in ('to_send', 'invited')) = (ended_at is null)", name="ended"),
        Index("uq_survey_invitations_link", "link_hash", unique=True, postgresql_where=text("link_hash is not null")),
        Index("ix_survey_invitations_list", "company", "survey_id", "id"),
        Index(
            "ix_survey_invitations_open",
            "company",
            "channel",
            "id",
            postgresql_where=text("state in ('to_send', 'invited')"),
        ),
        Index("ix_survey_invitations_customer", "customer_id"),
    )

    @property
    def routing(self) -> Routing:
        """Who asks."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))


class RefusalRow(Base):
    """A customer who does not want to be surveyed: left out of every later frame."""

    __tablename__ = "survey_refusals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    customer_id: Mapped[UUID]
    survey_id: Mapped[UUID | None]
    refused_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("company", "customer_id"),)
