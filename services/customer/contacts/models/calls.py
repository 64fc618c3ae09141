"""The call record and every other contact with a customer; complaints on the same matter, as they were heard of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


def _time(*, optional: bool = False) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


class ContactRow(Base):
    """One call, visit or message; the telephone is encrypted and found by blind index."""

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    direction: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None]
    candidates: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    phone_cipher: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[str | None] = mapped_column(Text)
    last4_index: Mapped[str | None] = mapped_column(Text)
    line: Mapped[str | None] = mapped_column(Text)
    staff_id: Mapped[UUID | None]
    started_at: Mapped[datetime] = _time()
    answered_at: Mapped[datetime | None] = _time(optional=True)
    ended_at: Mapped[datetime | None] = _time(optional=True)
    ring_seconds: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(Text)
    topic: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    recording: Mapped[str | None] = mapped_column(Text)
    matter_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    rings: Mapped[int | None] = mapped_column(SmallInteger)
    """How often it rang, where the telephone system counts."""
    delivery: Mapped[str | None] = mapped_column(Text)
    """What became of a message that went out."""
    is_resolved: Mapped[bool | None]
    """Whoever served says that nothing is left to do."""
    first_contact_resolved: Mapped[bool | None]
    """Judged by the pack's rule once its window has passed; null before."""
    judged_at: Mapped[datetime | None] = _time(optional=True)

    __table_args__ = (
        CheckConstraint(
            "channel in ('hotline', 'counter', 'online', 'sms', 'app', 'visit', 'mail', 'other')", name="channel"
        ),
        CheckConstraint("direction in ('inbound', 'outbound')", name="direction"),
        CheckConstraint("outcome in ('ongoing', 'answered', 'abandoned', 'missed')", name="outcome"),
        CheckConstraint("answered_at >= started_at and ended_at >= started_at and ring_seconds >= 0", name="times"),
        CheckConstraint("rings >= 0", name="rings"),
        CheckConstraint("delivery in ('queued', 'sent', 'delivered', 'failed')", name="delivery"),
        CheckConstraint("(first_contact_resolved is null) = (judged_at is null)", name="judged"),
        Index("ix_contacts_timeline", "company", "customer_id", "started_at", "id"),
        Index("ix_contacts_phone", "company", "phone_index"),
        Index("ix_contacts_staff", "company", "staff_id", "id"),
        Index("ix_contacts_started", "company", "started_at"),
        Index("ix_contacts_unjudged", "company", "ended_at", postgresql_where="is_resolved and judged_at is null"),
    )


class MatterComplaintRow(Base):
    """A complaint of a customer, kept from its facts: ids, codes and times, no text."""

    __tablename__ = "matter_complaints"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID | None]
    matter_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the complaint's newest fact."""

    __table_args__ = (
        Index("ix_matter_complaints_timeline", "company", "customer_id", "opened_at", "id"),
        Index("ix_matter_complaints_matter", "company", "matter_id", postgresql_where="matter_id is not null"),
    )
