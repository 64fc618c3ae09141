"""A survey, its strata and the customers of its frame."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Sequence,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing

SURVEY_NUMBERS = Sequence("survey_numbers", metadata=Base.metadata, schema="callback")
_CHANNELS = "channel in ('callback', 'sms', 'link')"


class SurveyRow(Base):
    """The satisfaction survey (满意度调查) of one quarter; the revision in force when it was drafted governs it."""

    __tablename__ = "surveys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    period: Mapped[str]
    """The quarter, such as `2026-Q4`."""
    questionnaire: Mapped[str]
    questionnaire_version: Mapped[int]
    state: Mapped[str]
    seed: Mapped[str]
    """Published: with it and the frame anyone can draw the sample again."""
    confidence: Mapped[int]
    """Percent, of the sample's size and of the intervals."""
    department: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    drafted_by: Mapped[UUID | None]
    """Null: by the quarterly job."""
    drafted_at: Mapped[datetime]
    framed_by: Mapped[UUID | None]
    framed_at: Mapped[datetime | None]
    """The moment at which the frame stands."""
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('draft', 'framed', 'fielding', 'closed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed"),
        CheckConstraint("confidence between 1 and 99", name="confidence"),
        Index("uq_surveys_period", "company", "period", unique=True, postgresql_where=text("state <> 'withdrawn'")),
        Index("ix_surveys_list", "company", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """The department that plans it."""
        return Routing(department=self.department, posts=list(self.posts))


class SurveyStratumRow(Base):
    """One tier of a survey: how many customers it has, how many are asked, and how."""

    __tablename__ = "survey_strata"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    tier: Mapped[str]
    name: Mapped[str]
    """In the draw."""
    channel: Mapped[str]
    margin_permille: Mapped[int]
    population: Mapped[int] = mapped_column(BigInteger)
    sampled: Mapped[int] = mapped_column(BigInteger)
    target_at_least: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    """Percent; null = none is set."""

    __table_args__ = (
        UniqueConstraint("survey_id", "tier"),
        CheckConstraint("sampled between 0 and population", name="sizes"),
        CheckConstraint(_CHANNELS, name="channel"),
    )


class FrameRow(Base):
    """One customer of the frame (抽样框); in each stratum those with the lowest positions are the sample."""

    __tablename__ = "survey_frame"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    survey_id: Mapped[UUID] = mapped_column(ForeignKey("surveys.id"))
    tier: Mapped[str]
    position: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[UUID]
    is_sampled: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("survey_id", "customer_id"),
        UniqueConstraint("survey_id", "tier", "position"),
    )
