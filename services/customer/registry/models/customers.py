"""The customer: one row, whose version guards every change of it and of what belongs to it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Sequence, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.registry.models.columns import time_column, volume_column

CUSTOMER_NUMBERS = Sequence("customer_number_sequence", metadata=Base.metadata, schema="customer")


class CustomerRow(Base):
    """One customer; `version` guards every change and is the version of its facts."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str | None] = mapped_column(Text)
    name_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    kind: Mapped[str] = mapped_column(Text)
    customer_class: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(Text)
    capacity_m3_day: Mapped[Decimal | None] = volume_column()
    daily_volume_m3: Mapped[Decimal | None] = volume_column()
    member_count: Mapped[int] = mapped_column(server_default="0")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    account_manager_id: Mapped[UUID | None]
    district: Mapped[str | None] = mapped_column(Text)
    identity_kind: Mapped[str | None] = mapped_column(Text)
    identity_cipher: Mapped[str | None] = mapped_column(Text)
    identity_index: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    tier_rule: Mapped[str | None] = mapped_column(Text)
    tier_confirmed_at: Mapped[datetime | None] = time_column(optional=True)
    tier_policy_version: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[UUID | None]
    erased_at: Mapped[datetime | None] = time_column(optional=True)
    row_hash: Mapped[bytes | None]
    account_state: Mapped[str] = mapped_column(Text, server_default="open")
    account_opened_on: Mapped[date | None]
    account_closed_on: Mapped[date | None]
    registered_at: Mapped[datetime] = time_column()
    registered_by: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime] = time_column()
    updated_by: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("kind in ('residential', 'commercial', 'industrial')", name="kind"),
        CheckConstraint("customer_class in ('a', 'b')", name="class"),
        CheckConstraint("party in ('individual', 'unit', 'group')", name="party"),
        CheckConstraint("standing in ('active', 'suspended', 'closed', 'merged', 'withdrawn')", name="standing"),
        CheckConstraint("account_state in ('none', 'open', 'closed')", name="account_state"),
        CheckConstraint("identity_kind in ('resident_id', 'uscc', 'other')", name="identity_kind"),
        CheckConstraint("capacity_m3_day >= 0 and daily_volume_m3 >= 0 and member_count >= 0", name="volumes"),
        CheckConstraint("name is not null or erased_at is not null", name="named"),
        Index("ix_customers_company_id", "company", "id"),
        Index("ix_customers_company_tier", "company", "tier", "id"),
        Index("ix_customers_name_bigrams", "name_bigrams", postgresql_using="gin"),
        Index("ix_customers_tags", "tags", postgresql_using="gin"),
        Index("ix_customers_identity", "company", "identity_index", postgresql_where="identity_index is not null"),
    )
