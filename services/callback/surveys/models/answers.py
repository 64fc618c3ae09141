"""What a customer answered, and the coding of open answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base

_IS_OPEN = text("is_open")
_HAS_DIMENSION = text("dimension is not null")


class ResponseRow(Base):
    """A customer answered, once."""

    __tablename__ = "survey_responses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("survey_invitations.id"))
    customer_id: Mapped[UUID]
    tier: Mapped[str]
    """Of the frame."""
    channel: Mapped[str]
    is_satisfied: Mapped[bool | None]
    """By the overall question; null = it was left unanswered."""
    recorded_by: Mapped[UUID | None]
    """Who took the answer down; null: the customer's own hand."""
    answered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("invitation_id"),
        CheckConstraint("channel in ('callback', 'sms', 'link')", name="channel"),
        Index("ix_survey_responses_survey", "survey_id", "tier"),
        Index("ix_survey_responses_customer", "customer_id"),
    )


class SurveyAnswerRow(Base):
    """One question of the questionnaire; without score and text it was left unanswered."""

    __tablename__ = "survey_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID]
    response_id: Mapped[UUID] = mapped_column(ForeignKey("survey_responses.id"))
    question: Mapped[str]
    dimension: Mapped[str | None]
    score: Mapped[int | None]
    """1 to 5."""
    text: Mapped[str | None]
    """The customer's own words; never leave this service by an event."""
    is_open: Mapped[bool]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """As last coded."""
    coded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        CheckConstraint("score between 1 and 5", name="score"),
        CheckConstraint("is_open or text is null", name="kind"),
        Index("ix_survey_answers_open", "company", "survey_id", "id", postgresql_where=_IS_OPEN),
        Index("ix_survey_answers_scores", "survey_id", postgresql_where=_HAS_DIMENSION),
    )


class CodingRow(Base):
    """One person's coding of an open answer; a later one takes its place and keeps it."""

    __tablename__ = "survey_codings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("survey_answers.id"))
    position: Mapped[int]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    coded_by: Mapped[UUID]
    coded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("answer_id", "position"),)
