"""The tables of what people said and signed on a case: written once, never edited."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.cases.models.case import IncentiveCaseRow
from services.incentive.database import Base


class CaseSignatureRow(Base):
    """One opinion and signature of the chain; one for each round and step."""

    __tablename__ = "case_signatures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey(IncentiveCaseRow.id))
    round: Mapped[int]
    step: Mapped[int]
    name: Mapped[str]
    """Of the step in the pack, Chinese."""
    act: Mapped[str]
    signer_id: Mapped[UUID]
    acting_for_id: Mapped[UUID | None]
    """Whom the signer stood in for."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """That the signer held, own and stood in for."""
    opinion: Mapped[str]
    amounts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """To which the signature was given."""
    digest: Mapped[str]
    """SHA-256 of what was signed: case, round, step, evidence, amounts, opinion, signer, instant."""
    signed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("company", "case_id", "round", "step"),
        CheckConstraint("act in ('sign', 'send_back', 'reject')", name="act"),
        Index("ix_case_signatures_signer", "company", "signer_id", "signed_at"),
    )


class CaseStatementRow(Base):
    """What the person said before the penalty takes effect, and what became of it; one for each case."""

    __tablename__ = "case_statements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey(IncentiveCaseRow.id))
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    is_waived: Mapped[bool]
    words: Mapped[str | None]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    outcome: Mapped[str | None]
    considered_by: Mapped[UUID | None]
    considered_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    amounts_before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Where the statement lowered them."""

    __table_args__ = (
        UniqueConstraint("company", "case_id"),
        CheckConstraint("outcome in ('upheld', 'lowered', 'rejected')", name="outcome"),
        CheckConstraint("is_waived = (words is null)", name="words"),
        CheckConstraint("(outcome is null) = (considered_at is null)", name="considered"),
        Index("ix_case_statements_files", "file_ids", postgresql_using="gin"),
    )


class CaseAppealRow(Base):
    """The person's appeal against a penalty that took effect; one for each case."""

    __tablename__ = "case_appeals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey(IncentiveCaseRow.id))
    appealed_by: Mapped[UUID]
    appealed_at: Mapped[datetime]
    grounds: Mapped[str]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    state: Mapped[str]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    amounts_before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Where the decision lowered them."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "case_id"),
        CheckConstraint(
            "state in ('open', 'upheld', 'lowered', 'overturned', 'withdrawn', 'superseded')", name="state"
        ),
        CheckConstraint("(state in ('upheld', 'lowered', 'overturned')) = (decided_by is not null)", name="decided"),
        Index("ix_case_appeals_open", "company", "appealed_at", postgresql_where=text("state = 'open'")),
        Index("ix_case_appeals_files", "file_ids", postgresql_using="gin"),
    )


class CaseTalkRow(Base):
    """The talk (批评教育谈话) that stands in a penalty's place; one for each case."""

    __tablename__ = "case_talks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey(IncentiveCaseRow.id))
    held_by: Mapped[UUID]
    held_at: Mapped[datetime]
    summary: Mapped[str]
    reply: Mapped[str]
    """The person's own words."""
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("company", "case_id"),)
