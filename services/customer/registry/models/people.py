"""Persons beside the customer, the tags that were set, and who changed which field when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.registry.models.columns import OWNER, PREMISES, time_column


class ContactPersonRow(Base):
    """Somebody to talk to about the customer; the telephone is encrypted like the customer's own."""

    __tablename__ = "contact_persons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    premises_id: Mapped[UUID | None] = mapped_column(ForeignKey(PREMISES))
    name: Mapped[str | None] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    cipher: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(Text)
    last4_index: Mapped[str | None] = mapped_column(Text)
    is_reachable_in_emergency: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = time_column()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index("ix_contact_persons_customer", "customer_id"),
        Index("ix_contact_persons_company_phone", "company", "phone_index"),
        Index("ix_contact_persons_company_last4", "company", "last4_index"),
    )


class VulnerablePersonRow(Base):
    """A vulnerable person of a household, served in the own right; `tag` marks the customer meanwhile."""

    __tablename__ = "vulnerable_persons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    premises_id: Mapped[UUID] = mapped_column(ForeignKey(PREMISES))
    name: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    tag: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = time_column()
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = time_column(optional=True)
    end_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('active', 'ended', 'expired')", name="state"),
        Index("ix_vulnerable_persons_customer", "customer_id"),
        Index("ix_vulnerable_persons_company", "company", "id", postgresql_where="state = 'active'"),
        Index(
            "ix_vulnerable_persons_until",
            "company",
            "until",
            postgresql_where="state = 'active' and until is not null",
        ),
    )


class TagRow(Base):
    """A tag that a customer carries or carried: who set it, when, why and until when."""

    __tablename__ = "customer_tags"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(OWNER))
    tag: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date | None]
    state: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str | None] = mapped_column(Text)
    set_at: Mapped[datetime] = time_column()
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = time_column(optional=True)
    end_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("source in ('person', 'import', 'takeover')", name="source"),
        CheckConstraint("state in ('active', 'removed', 'expired')", name="state"),
        Index("uq_customer_tags_standing", "customer_id", "tag", unique=True, postgresql_where="state = 'active'"),
        Index("ix_customer_tags_customer", "customer_id", "id"),
        Index("ix_customer_tags_until", "company", "until", postgresql_where="state = 'active' and until is not null"),
    )


class ChangeRow(Base):
    """Who changed which field when; a personal value is never stored here."""

    __tablename__ = "customer_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = time_column()
    actor: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    is_personal: Mapped[bool] = mapped_column(server_default="false")
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("action in ('entered', 'changed', 'ended')", name="action"),
        CheckConstraint("not is_personal or (old_value is null and new_value is null)", name="personal"),
        Index("ix_customer_changes_customer", "company", "customer_id", "id"),
    )
