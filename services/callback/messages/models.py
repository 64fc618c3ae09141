"""A message, what was done with the provider, and what customers do not want to get; no number, no name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from services.callback.messages.rules import MessageState
from shared.contracts.base import Routing


class MessageRow(Base):
    """One message to one customer; `cause` makes saying it twice one message."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    cause: Mapped[str]
    source: Mapped[str]
    """Which feature sends it, such as `survey`."""
    source_id: Mapped[UUID | None]
    customer_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    """A contact person of the customer, whose number it goes to."""
    purpose: Mapped[str]
    template: Mapped[str]
    template_version: Mapped[int]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str]
    reason: Mapped[str | None]
    queued_by: Mapped[UUID | None]
    queued_at: Mapped[datetime]
    month: Mapped[str]
    """Of the company's civil time, `2026-11`; what is counted, is counted in it."""
    is_counted: Mapped[bool]
    ready_at: Mapped[datetime]
    """Not to be sent, or asked for, before."""
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Sendings begun."""
    checks: Mapped[int] = mapped_column(server_default="0")
    """Questions asked since the last change."""
    provider_reference: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    unknown_since: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    matter_id: Mapped[UUID | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "cause"),
        CheckConstraint(
            "state in ('queued', 'sending', 'sent', 'unknown', 'delivered', 'refused', 'failed', 'suppressed')",
            name="state",
        ),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="lease"),
        Index("ix_messages_due", "ready_at", "id", postgresql_where=text("state in ('queued', 'unknown', 'sent')")),
        Index("ix_messages_lease", "lease_until", postgresql_where=text("state = 'sending'")),
        Index("ix_messages_list", "company", text("id desc")),
        Index("ix_messages_customer", "company", "customer_id", "month"),
        Index("ix_messages_source", "source_id", postgresql_where=text("source_id is not null")),
        Index(
            "uq_messages_reference",
            "provider_reference",
            unique=True,
            postgresql_where=text("provider_reference is not null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """Whoever caused it."""
        return Routing(owner_id=self.queued_by)

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in {MessageState.QUEUED, MessageState.SENDING, MessageState.UNKNOWN, MessageState.SENT}


class MessageAttemptRow(Base):
    """One sending or question, and its result."""

    __tablename__ = "message_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("callback.messages.id"))
    position: Mapped[int]
    kind: Mapped[str]
    result: Mapped[str]
    detail: Mapped[str | None]
    at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("message_id", "position"),
        CheckConstraint("kind in ('send', 'ask')", name="kind"),
        CheckConstraint(
            "result in ('accepted', 'delivered', 'refused', 'failed', 'unknown', 'absent', 'later')", name="result"
        ),
    )


class OptOutRow(Base):
    """A customer wants no messages of a purpose, from when until when; ended rows are the history."""

    __tablename__ = "message_opt_outs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    customer_id: Mapped[UUID]
    purpose: Mapped[str]
    source: Mapped[str]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]
    ended_source: Mapped[str | None]
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
        Index(
            "uq_message_opt_outs_open",
            "company",
            "customer_id",
            "purpose",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_message_opt_outs_list", "company", text("id desc")),
        Index("ix_message_opt_outs_customer", "customer_id"),
    )
