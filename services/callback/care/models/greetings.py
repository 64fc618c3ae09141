"""A greeting that is owed on a day."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing


class GreetingRow(Base):
    """One greeting that is owed on a day; `key` makes planning it twice one greeting."""

    __tablename__ = "greetings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    key: Mapped[str]
    rule: Mapped[str]
    occasion: Mapped[str]
    festival: Mapped[str | None]
    occasion_id: Mapped[UUID | None]
    customer_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    circle: Mapped[str | None]
    tier: Mapped[str | None]
    channel: Mapped[str]
    on_date: Mapped[date]
    due_at: Mapped[datetime]
    gift_fen: Mapped[int | None] = mapped_column(BigInteger)
    """What the gift may cost by the standard; empty: without one."""
    state: Mapped[str]
    reason: Mapped[str | None]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    message_id: Mapped[UUID | None]
    planned_at: Mapped[datetime]
    done_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    note: Mapped[str | None]
    """What was learnt; never leaves this service by an event."""
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "key"),
        CheckConstraint("occasion in ('festival', 'birthday', 'great_day')", name="occasion"),
        CheckConstraint("channel in ('sms', 'call', 'mail', 'in_person')", name="channel"),
        CheckConstraint("state in ('planned', 'done', 'skipped', 'cancelled')", name="state"),
        CheckConstraint("(state = 'done') = (done_at is not null)", name="done"),
        Index("ix_greetings_list", "company", "on_date", "id"),
        Index("ix_greetings_customer", "customer_id"),
        Index("ix_greetings_occasion", "occasion_id", postgresql_where=text("state = 'planned'")),
        Index(
            "ix_greetings_message",
            "message_id",
            postgresql_where=text("state = 'planned' and message_id is not null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Who greets."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
