"""Exchanges of meters: what was taken down with which last reading, and what hangs there since."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class MeterExchangeRow(Base):
    """One exchange; both meters stay rows of their own, the old one `removed`."""

    __tablename__ = "meter_exchanges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    premises_id: Mapped[UUID | None]
    removed_meter_id: Mapped[UUID] = mapped_column(ForeignKey("customer.meters.id"))
    installed_meter_id: Mapped[UUID] = mapped_column(ForeignKey("customer.meters.id"))
    removed_reading: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    installed_reading: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    reason: Mapped[str] = mapped_column(Text)
    exchanged_on: Mapped[date]
    exchanged_by: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    recorded_by: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))

    __table_args__ = (
        UniqueConstraint("removed_meter_id"),
        UniqueConstraint("installed_meter_id"),
        CheckConstraint("removed_reading >= 0 and installed_reading >= 0", name="readings"),
        Index("ix_meter_exchanges_customer", "company", "customer_id", "id"),
    )
