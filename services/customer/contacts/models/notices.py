"""Notices (通知单) issued to customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Sequence, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

NOTICE_NUMBERS = Sequence("customer_notice_number_sequence", metadata=Base.metadata, schema="customer")


class NoticeRow(Base):
    """One notice: issued, delivered with proof, or withdrawn."""

    __tablename__ = "customer_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    order_id: Mapped[UUID | None]
    matter_id: Mapped[UUID | None]
    delivery: Mapped[str | None] = mapped_column(Text)
    issued_by: Mapped[UUID]
    issued_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    delivered_by: Mapped[UUID | None]
    delivered_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    file_id: Mapped[UUID | None]
    """The signed receipt."""
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    end_reason: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[UUID]
    team: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    tier: Mapped[str] = mapped_column(Text)
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    @property
    def routing(self) -> Routing:
        """Who must see it delivered."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('issued', 'delivered', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'delivered') = (delivered_at is not null)", name="delivered"),
        Index("ix_customer_notices_company", "company", "id"),
        Index("ix_customer_notices_timeline", "company", "customer_id", "issued_at", "id"),
        Index("ix_customer_notices_file", "file_id", postgresql_where="file_id is not null"),
    )
