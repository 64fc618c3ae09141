"""Lines of a settlement: charges, payments, papers; none is edited, a wrong one is reversed by a counter line."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base

_REVERSAL = "(reverses_id is null) = (reason is null)"
_SUBJECT = "num_nonnulls(order_id, reading_id) = 1"
_ORDER = "customer.service_orders.id"
_READING = "customer.meter_readings.id"


class ChargeRow(Base):
    """Material used, a fee, or a waiver of either; the amount is signed, its unit price frozen."""

    __tablename__ = "settlement_charges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey(_ORDER))
    sort: Mapped[str]
    code: Mapped[str]
    """Material of the price list, or kind of fee of the pack."""
    name: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3))
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    price_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.material_prices.id"))
    authorisation_id: Mapped[UUID | None]
    """The authorisation (授权) of the complaint service that allows the waiver; checked there."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.settlement_charges.id"))
    reason: Mapped[str | None]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("sort in ('material', 'fee', 'waiver')", name="sort"),
        CheckConstraint("(sort = 'material') = (price_id is not null)", name="price"),
        CheckConstraint("(sort = 'waiver') = (authorisation_id is not null)", name="waiver"),
        CheckConstraint(_REVERSAL, name="reversal"),
        CheckConstraint(
            "amount_fen = 0 or (amount_fen < 0) = ((sort = 'waiver') <> (reverses_id is not null))", name="sign"
        ),
        Index(
            "uq_settlement_charges_reverses",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id is not null"),
        ),
        Index("ix_settlement_charges_order", "order_id", "id"),
        Index(
            "ix_settlement_charges_authorisation",
            "company",
            "authorisation_id",
            postgresql_where=text("authorisation_id is not null"),
        ),
    )


class PaymentRow(Base):
    """Money received for an order, or for a reading that has none; negative where it reverses."""

    __tablename__ = "settlement_payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(_ORDER))
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey(_READING))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str]
    receipt_number: Mapped[str]
    paid_at: Mapped[datetime]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.settlement_payments.id"))
    reason: Mapped[str | None]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint(_SUBJECT, name="subject"),
        CheckConstraint(_REVERSAL, name="reversal"),
        CheckConstraint("(reverses_id is null) = (amount_fen > 0) and amount_fen <> 0", name="sign"),
        Index(
            "uq_settlement_payments_reverses",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id is not null"),
        ),
        Index("ix_settlement_payments_order", "order_id", "id", postgresql_where=text("order_id is not null")),
        Index("ix_settlement_payments_reading", "reading_id", "id", postgresql_where=text("reading_id is not null")),
        Index("ix_settlement_payments_receipt", "company", "receipt_number"),
    )


class DocumentRow(Base):
    """A paper: its number, and the figures written on it."""

    __tablename__ = "settlement_documents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(_ORDER))
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey(_READING))
    sort: Mapped[str]
    number: Mapped[str]
    dated_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    quantities: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """Material → quantity as a decimal string; the volume of gas under `gas`, in m³."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.settlement_documents.id"))
    reason: Mapped[str | None]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("sort in ('order_sheet', 'invoice', 'reading_sheet')", name="sort"),
        CheckConstraint(_SUBJECT, name="subject"),
        CheckConstraint(_REVERSAL, name="reversal"),
        Index(
            "uq_settlement_documents_reverses",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id is not null"),
        ),
        Index("ix_settlement_documents_order", "order_id", "id", postgresql_where=text("order_id is not null")),
        Index("ix_settlement_documents_reading", "reading_id", "id", postgresql_where=text("reading_id is not null")),
    )
