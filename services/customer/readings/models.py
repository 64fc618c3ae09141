"""Meter readings and card gas sales; a correction is a row of its own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Sequence,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base

CARD_SALE_NUMBERS = Sequence("card_sale_number_sequence", metadata=Base.metadata, schema="customer")


def _volume(*, optional: bool = False) -> Any:
    return mapped_column(Numeric(12, 3), nullable=optional)


class MeterReadingRow(Base):
    """What a meter showed on a day, and the use since the reading before."""

    __tablename__ = "meter_readings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    meter_id: Mapped[UUID] = mapped_column(ForeignKey("customer.meters.id"))
    order_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(Text)
    reading_m3: Mapped[Decimal] = _volume()
    read_on: Mapped[date]
    reader_id: Mapped[UUID]
    file_id: Mapped[UUID | None]
    """A photograph of the meter."""
    previous_m3: Mapped[Decimal | None] = _volume(optional=True)
    previous_on: Mapped[date | None]
    usage_m3: Mapped[Decimal | None] = _volume(optional=True)
    days: Mapped[int | None]
    daily_m3: Mapped[Decimal | None] = _volume(optional=True)
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    state: Mapped[str] = mapped_column(Text)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.meter_readings.id"))
    correction_reason: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("method in ('actual', 'estimated', 'remote', 'customer')", name="method"),
        CheckConstraint("state in ('recorded', 'corrected')", name="state"),
        CheckConstraint("reading_m3 >= 0 and usage_m3 >= 0 and days >= 0", name="values"),
        CheckConstraint("(corrects_id is null) = (correction_reason is null)", name="correction"),
        Index("uq_meter_readings_day", "meter_id", "read_on", unique=True, postgresql_where="state = 'recorded'"),
        Index("uq_meter_readings_corrects", "corrects_id", unique=True, postgresql_where="corrects_id is not null"),
        Index("ix_meter_readings_file", "file_id", postgresql_where="file_id is not null"),
        Index("ix_meter_readings_timeline", "company", "customer_id", "recorded_at", "id"),
        Index(
            "ix_meter_readings_flagged",
            "company",
            "id",
            postgresql_where="state = 'recorded' and cardinality(flags) > 0",
        ),
    )


class CardSaleRow(Base):
    """Gas sold to a card (IC 卡售气); the card is shown masked and found by blind index."""

    __tablename__ = "card_sales"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    meter_id: Mapped[UUID] = mapped_column(ForeignKey("customer.meters.id"))
    order_id: Mapped[UUID | None]
    card_masked: Mapped[str] = mapped_column(Text)
    card_index: Mapped[str] = mapped_column(Text)
    volume_m3: Mapped[Decimal] = _volume()
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    payment: Mapped[str] = mapped_column(Text)
    payment_reference: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.card_sales.id"))
    correction_reason: Mapped[str | None] = mapped_column(Text)
    sold_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    sold_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('sold', 'corrected', 'refunded')", name="state"),
        CheckConstraint("volume_m3 >= 0 and amount_fen >= 0", name="values"),
        CheckConstraint("corrects_id is null or correction_reason is not null", name="correction"),
        Index("uq_card_sales_corrects", "corrects_id", unique=True, postgresql_where="corrects_id is not null"),
        Index("ix_card_sales_timeline", "company", "customer_id", "sold_at", "id"),
        Index("ix_card_sales_card", "company", "card_index", "sold_at"),
    )
