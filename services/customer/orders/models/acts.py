"""What was done to an order: append-only, the proof of every step."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class OrderActRow(Base):
    """One thing done to an order: who, when it happened, when it was recorded, what was said of it."""

    __tablename__ = "service_order_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("customer.service_orders.id"))
    act: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Ids, codes and times of the act: crew, posts, who was counted full; no personal data."""

    __table_args__ = (Index("ix_service_order_acts_order", "order_id", "id"),)
