"""What belongs to a customer: premises, meters, gas equipment, telephones, members of a group."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.registry.models.columns import OWNER, PREMISES, time_column, volume_column


class PremisesRow(Base):
    """An address where gas is used: whole, and in its parts."""

    __tablename__ = "premises"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    address: Mapped[str | None] = mapped_column(Text)
    address_key: Mapped[str | None] = mapped_column(Text)
    address_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    province: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    building: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Text)
    room: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    equipment: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Of the release before; nothing reads or writes it, the rows are in `gas_equipment`."""
    state: Mapped[str] = mapped_column(Text)
    is_primary: Mapped[bool] = mapped_column(server_default="false")
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("kind in ('residence', 'shop', 'factory', 'office', 'public', 'other')", name="kind"),
        CheckConstraint("state in ('in_use', 'stopped', 'withdrawn')", name="state"),
        Index("ix_premises_customer", "customer_id"),
        Index(
            "ix_premises_company_address_key",
            "company",
            "address_key",
            postgresql_where="state <> 'withdrawn'::text",
        ),
        Index("ix_premises_company_district", "company", "district", "id", postgresql_where="district is not null"),
        Index("ix_premises_company_community", "company", "community", "id", postgresql_where="community is not null"),
        Index("ix_premises_address_bigrams", "address_bigrams", postgresql_using="gin"),
    )


class MeterRow(Base):
    """A meter; its number is unique in the company."""

    __tablename__ = "meters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    premises_id: Mapped[UUID | None] = mapped_column(ForeignKey(PREMISES))
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    installed_on: Mapped[date | None]
    initial_reading: Mapped[Decimal | None] = volume_column()
    last_reading: Mapped[Decimal | None] = volume_column()
    last_read_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    removed_reason: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[UUID | None]
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "kind in ('diaphragm', 'ic_card', 'iot', 'rotary', 'turbine', 'ultrasonic', 'other')", name="kind"
        ),
        CheckConstraint("initial_reading >= 0 and last_reading >= 0", name="readings"),
        CheckConstraint("state in ('in_use', 'removed')", name="state"),
        Index("ix_meters_customer", "customer_id"),
    )


class EquipmentRow(Base):
    """A gas appliance or fitting at premises, with its service life and the hazards found with it."""

    __tablename__ = "gas_equipment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    premises_id: Mapped[UUID] = mapped_column(ForeignKey(PREMISES))
    kind: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    installed_on: Mapped[date | None]
    service_years: Mapped[int | None]
    expires_on: Mapped[date | None]
    hazards: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    state: Mapped[str] = mapped_column(Text)
    removed_on: Mapped[date | None]
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    updated_at: Mapped[datetime] = time_column()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('in_use', 'removed')", name="state"),
        CheckConstraint("service_years > 0", name="service_years"),
        Index("ix_gas_equipment_customer", "customer_id"),
        Index(
            "uq_gas_equipment_number",
            "company",
            "customer_id",
            "number",
            unique=True,
            postgresql_where="number is not null",
        ),
        Index("ix_gas_equipment_overdue", "company", "expires_on", "id", postgresql_where="state = 'in_use'"),
        Index(
            "ix_gas_equipment_hazards",
            "company",
            "id",
            postgresql_where="state = 'in_use' and cardinality(hazards) > 0",
        ),
    )


class MemberRow(Base):
    """A person in a group customer."""

    __tablename__ = "group_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    group_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    number: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    born_on: Mapped[date | None]
    is_lunar_birthday: Mapped[bool] = mapped_column(server_default="false")
    """The birthday is kept by the lunar calendar (农历)."""
    customer_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    unit_place: Mapped[int | None] = mapped_column(SmallInteger)
    department: Mapped[str | None] = mapped_column(Text)
    duty: Mapped[str | None] = mapped_column(Text)
    kind_source: Mapped[str] = mapped_column(Text, server_default="stated")
    derived_kind: Mapped[str | None] = mapped_column(Text)
    derived_by: Mapped[str | None] = mapped_column(Text)
    kind_reason: Mapped[str | None] = mapped_column(Text)
    kind_set_by: Mapped[UUID | None]
    kind_set_at: Mapped[datetime | None] = time_column(optional=True)
    own_rank: Mapped[str | None] = mapped_column(Text)
    rank: Mapped[str | None] = mapped_column(Text)
    circle: Mapped[str | None] = mapped_column(Text)
    is_served: Mapped[bool] = mapped_column(server_default="false")
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    is_settled: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint("state in ('active', 'left')", name="state"),
        CheckConstraint("unit_place > 0", name="unit_place"),
        CheckConstraint("duty in ('leader', 'contact', 'employee', 'outsider', 'machine')", name="duty"),
        CheckConstraint("kind_source in ('stated', 'derived', 'corrected')", name="kind_source"),
        CheckConstraint("kind_source <> 'corrected' or kind_reason is not null", name="corrected"),
        CheckConstraint("left_on >= joined_on", name="dates"),
        Index(
            "ix_group_members_served",
            "company",
            "group_id",
            "number",
            postgresql_where="is_served and state = 'active'::text",
        ),
        Index("ix_group_members_unsettled", "company", "id", postgresql_where="not is_settled"),
        Index("ix_group_members_own", "customer_id", postgresql_where="customer_id is not null"),
    )


class PhoneRow(Base):
    """A telephone: encrypted, found by blind index of the whole and of the last four digits."""

    __tablename__ = "phones"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.group_members.id"))
    label: Mapped[str | None] = mapped_column(Text)
    cipher: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(Text)
    last4_index: Mapped[str | None] = mapped_column(Text)
    is_primary: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("customer_id", "phone_index"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_phones_company_phone", "company", "phone_index"),
        Index("ix_phones_company_last4", "company", "last4_index"),
    )
