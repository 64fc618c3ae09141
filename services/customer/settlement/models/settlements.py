"""Where the money of an order stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class OrderSettlementRow(Base):
    """The totals as they were last computed, and whether nothing is owed any more."""

    __tablename__ = "order_settlements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("customer.service_orders.id"))
    state: Mapped[str]
    charged_fen: Mapped[int] = mapped_column(BigInteger)
    waived_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None]
    """When it was settled for the first time: the fact was told then, once."""
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint("state in ('open', 'settled')", name="state"),
        CheckConstraint("state <> 'settled' or settled_at is not null", name="settled"),
        Index("ix_order_settlements_company", "company", "id"),
    )
