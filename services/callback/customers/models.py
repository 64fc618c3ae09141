"""What is kept here of customers, fed by events: ids, codes and times; no name, no phone, no address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class CustomerRow(Base):
    """One customer; born from any event with version 0 and defaults (design.md 3)."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None]
    customer_class: Mapped[str | None]
    party: Mapped[str | None]
    standing: Mapped[str | None]
    tier: Mapped[str | None]
    tier_effective_at: Mapped[datetime | None]
    tier_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    account_manager_id: Mapped[UUID | None]
    district: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_customers_tier", "company", "tier", "id", postgresql_where=text("standing = 'active'")),
    )


class ServedByRow(Base):
    """Somebody who is named to serve a customer, fed by `customer.served_by_changed`; `id` is the assignment's."""

    __tablename__ = "served_by"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[UUID]
    slot: Mapped[str]
    post: Mapped[str]
    staff_id: Mapped[UUID]
    is_account_manager: Mapped[bool]
    is_active: Mapped[bool]

    __table_args__ = (
        Index("ix_served_by_customer", "company", "customer_id", "post", postgresql_where=text("is_active")),
    )
