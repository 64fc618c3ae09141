"""What becomes of a review: calibration between two reviewers, the caller's dispute, a finding of falsification."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class CalibrationRow(Base):
    """How far two reviewers of the same call lie apart; beyond the pack's gap the head agrees a score with them."""

    __tablename__ = "review_calibrations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    gap_numerator: Mapped[int] = mapped_column(BigInteger)
    gap_denominator: Mapped[int] = mapped_column(BigInteger)
    """The gap in points of a hundred, exactly."""
    allowed_gap: Mapped[int]
    state: Mapped[str]
    found_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("review_id"),
        CheckConstraint("state in ('within', 'open', 'agreed')", name="state"),
        CheckConstraint("(state = 'agreed') = (agreed_at is not null)", name="agreed"),
        CheckConstraint("gap_numerator >= 0 and gap_denominator >= 1", name="gap"),
        Index("ix_review_calibrations_list", "company", text("id desc")),
    )


class DisputeRow(Base):
    """The caller contests the score; decided once, by somebody who did not review."""

    __tablename__ = "review_disputes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    state: Mapped[str]
    reason: Mapped[str]
    raised_by: Mapped[UUID]
    raised_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    is_on_time: Mapped[bool | None]
    """Null where no limit is set."""

    __table_args__ = (
        UniqueConstraint("review_id"),
        CheckConstraint("state in ('open', 'kept', 'amended')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided"),
    )


class FalsificationRow(Base):
    """A call that the customer, called again, contradicted; a finding once a second person confirms it."""

    __tablename__ = "callback_falsifications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    caller_id: Mapped[UUID]
    state: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    event_id: Mapped[UUID | None]
    """By which the incentive service was told."""
    again_callback_id: Mapped[UUID | None]
    """The callback by which the customer is really heard."""

    __table_args__ = (
        UniqueConstraint("review_id"),
        CheckConstraint("state in ('proposed', 'confirmed', 'dropped')", name="state"),
        CheckConstraint("(state = 'proposed') = (decided_at is null)", name="decided"),
        CheckConstraint("(state = 'confirmed') = (event_id is not null)", name="told"),
        Index("ix_callback_falsifications_callback", "callback_id"),
    )
