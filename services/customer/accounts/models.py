"""Contracts, and the history of accounts: opened, transferred, closed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class ContractRow(Base):
    """A contract: capacity, when the works are due, and whether they were done by then."""

    __tablename__ = "contracts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    premises_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.premises.id"))
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    capacity_m3_day: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    signed_on: Mapped[date]
    due_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text)
    fulfilled_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    """The customer's when it was signed: what the indicator counts by."""
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('signed', 'fulfilled', 'ended', 'cancelled')", name="state"),
        CheckConstraint("(state = 'fulfilled') <= (fulfilled_on is not null)", name="fulfilled"),
        CheckConstraint("capacity_m3_day >= 0", name="capacity"),
        Index("ix_contracts_customer", "customer_id"),
        Index("ix_contracts_due", "company", "due_on", "id", postgresql_where="due_on is not null"),
    )


class AccountChangeRow(Base):
    """One opening, transfer or closing; a transfer keeps the former holder."""

    __tablename__ = "account_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    kind: Mapped[str] = mapped_column(Text)
    effective_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    former_name: Mapped[str | None] = mapped_column(Text)
    former_identity_kind: Mapped[str | None] = mapped_column(Text)
    former_identity_cipher: Mapped[str | None] = mapped_column(Text)
    former_identity_index: Mapped[str | None] = mapped_column(Text)
    readings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Last readings that settled the account: meter id, m³, day."""
    order_id: Mapped[UUID | None]
    recorded_by: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger)
    """The customer's version that it led to."""

    __table_args__ = (
        CheckConstraint("kind in ('opened', 'transferred', 'closed')", name="kind"),
        Index("ix_account_changes_customer", "company", "customer_id", "id"),
    )
