"""Standard answers to consultations, and each use of one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class StandardAnswerRow(Base):
    """One revision of an answer; at most one of a code is approved, at most one is being drafted."""

    __tablename__ = "standard_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    topic: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    search_key: Mapped[str] = mapped_column(Text)
    search_bigrams: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    drafted_by: Mapped[UUID]
    drafted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    retired_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "code", "revision"),
        CheckConstraint("state in ('draft', 'approved', 'retired')", name="state"),
        CheckConstraint("valid_until >= valid_from", name="valid"),
        CheckConstraint("approved_by <> drafted_by", name="four_eyes"),
        Index("ix_standard_answers_company", "company", "id"),
        Index("uq_standard_answers_draft", "company", "code", unique=True, postgresql_where="state = 'draft'"),
        Index("uq_standard_answers_approved", "company", "code", unique=True, postgresql_where="state = 'approved'"),
        Index("ix_standard_answers_bigrams", "search_bigrams", postgresql_using="gin"),
    )


class AnswerUseRow(Base):
    """A customer was answered by this revision, in this contact."""

    __tablename__ = "answer_uses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.standard_answers.id"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("customer.contacts.id"))
    customer_id: Mapped[UUID | None]
    tier: Mapped[str | None] = mapped_column(Text)
    used_by: Mapped[UUID]
    used_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))

    __table_args__ = (
        UniqueConstraint("contact_id", "answer_id"),
        Index("ix_answer_uses_answer", "company", "answer_id", "used_at"),
    )
