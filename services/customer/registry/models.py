"""Tables of the registry: customers, what belongs to them, and what an import needs."""

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
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base

CUSTOMER_NUMBERS = Sequence("customer_number_sequence", metadata=Base.metadata, schema="customer")

_OWNER = "customer.customers.id"


def _time(*, optional: bool = False) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


def _volume() -> Any:
    return mapped_column(Numeric(12, 3), nullable=True)


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
    capacity_m3_day: Mapped[Decimal | None] = _volume()
    daily_volume_m3: Mapped[Decimal | None] = _volume()
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
    tier_confirmed_at: Mapped[datetime | None] = _time(optional=True)
    tier_policy_version: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[UUID | None]
    erased_at: Mapped[datetime | None] = _time(optional=True)
    row_hash: Mapped[bytes | None]
    registered_at: Mapped[datetime] = _time()
    updated_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("kind in ('residential', 'commercial', 'industrial')", name="kind"),
        CheckConstraint("customer_class in ('a', 'b')", name="class"),
        CheckConstraint("party in ('individual', 'unit', 'group')", name="party"),
        CheckConstraint("standing in ('active', 'suspended', 'closed', 'merged', 'withdrawn')", name="standing"),
        CheckConstraint("identity_kind in ('resident_id', 'uscc', 'other')", name="identity_kind"),
        CheckConstraint("capacity_m3_day >= 0 and daily_volume_m3 >= 0 and member_count >= 0", name="volumes"),
        CheckConstraint("name is not null or erased_at is not null", name="named"),
        Index("ix_customers_company_id", "company", "id"),
        Index("ix_customers_company_tier", "company", "tier", "id"),
        Index("ix_customers_name_bigrams", "name_bigrams", postgresql_using="gin"),
        Index("ix_customers_tags", "tags", postgresql_using="gin"),
        Index("ix_customers_identity", "company", "identity_index", postgresql_where="identity_index is not null"),
    )


class PremisesRow(Base):
    """An address where gas is used, with the equipment that burns it."""

    __tablename__ = "premises"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(_OWNER))
    address: Mapped[str | None] = mapped_column(Text)
    address_key: Mapped[str | None] = mapped_column(Text)
    address_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    district: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    equipment: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    state: Mapped[str] = mapped_column(Text)
    is_primary: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("kind in ('residence', 'shop', 'factory', 'office', 'public', 'other')", name="kind"),
        CheckConstraint("state in ('in_use', 'stopped', 'withdrawn')", name="state"),
        Index("ix_premises_customer", "customer_id"),
        Index("ix_premises_address_bigrams", "address_bigrams", postgresql_using="gin"),
    )


class MeterRow(Base):
    """A meter; its number is unique in the company."""

    __tablename__ = "meters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(_OWNER))
    premises_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.premises.id"))
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    installed_on: Mapped[date | None]
    created_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "kind in ('diaphragm', 'ic_card', 'iot', 'rotary', 'turbine', 'ultrasonic', 'other')", name="kind"
        ),
        CheckConstraint("state in ('in_use', 'removed')", name="state"),
        Index("ix_meters_customer", "customer_id"),
    )


class MemberRow(Base):
    """A person in a group customer."""

    __tablename__ = "group_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    group_id: Mapped[UUID] = mapped_column(ForeignKey(_OWNER))
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    customer_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint("state in ('active', 'left')", name="state"),
    )


class PhoneRow(Base):
    """A telephone: encrypted, found by blind index of the whole and of the last four digits."""

    __tablename__ = "phones"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(_OWNER))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.group_members.id"))
    label: Mapped[str | None] = mapped_column(Text)
    cipher: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(Text)
    last4_index: Mapped[str | None] = mapped_column(Text)
    is_primary: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("customer_id", "phone_index"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_phones_company_phone", "company", "phone_index"),
        Index("ix_phones_company_last4", "company", "last4_index"),
    )


class ImportPartRow(Base):
    """An encrypted piece of an uploaded file; gone when its job has read it, or by the retention of imports."""

    __tablename__ = "import_parts"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company: Mapped[str] = mapped_column(Text)
    cipher: Mapped[str] = mapped_column(Text)


class ImportErrorRow(Base):
    """One refused cell of an import: row, column and rule, never the value."""

    __tablename__ = "import_errors"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    company: Mapped[str] = mapped_column(Text)
    column_name: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class RevealRow(Base):
    """One personal field shown to one person for one reason; the day's quota counts these."""

    __tablename__ = "reveals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    grant_id: Mapped[UUID | None]
    on_date: Mapped[date]
    at: Mapped[datetime] = _time()

    __table_args__ = (
        UniqueConstraint("grant_id"),
        Index("ix_reveals_quota", "company", "actor", "on_date"),
        Index("ix_reveals_customer", "customer_id", "at"),
    )
