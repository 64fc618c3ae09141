"""The draw: strata with their counters, and every event that was numbered in one, drawn or not."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class StratumRow(Base):
    """One stratum: a kind of business, a tier and the revision that gives share and seed; locked to number an event."""

    __tablename__ = "draw_strata"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    business: Mapped[str]
    tier: Mapped[str]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    name: Mapped[str]
    seed: Mapped[str]
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    offset_numerator: Mapped[Decimal] = mapped_column(Numeric(20, 0))
    """u × 2⁶⁴."""
    seen: Mapped[int] = mapped_column(BigInteger, server_default="0")
    drawn: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = (
        UniqueConstraint("company", "business", "tier", "policy_version"),
        CheckConstraint("denominator >= 1 and numerator between 0 and denominator", name="share"),
        CheckConstraint("drawn between 0 and seen", name="counts"),
    )


class DrawRow(Base):
    """One event in its stratum, with its number."""

    __tablename__ = "callback_draws"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    stratum_id: Mapped[UUID] = mapped_column(ForeignKey("callback.draw_strata.id"))
    position: Mapped[int] = mapped_column(BigInteger)
    business: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    occasion: Mapped[str]
    """What makes the same subject a new event: `done`, the case's cycle, the month of a ledger."""
    customer_id: Mapped[UUID]
    event_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    drawn_at: Mapped[datetime]
    is_drawn: Mapped[bool]
    callback_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("stratum_id", "position"),
        UniqueConstraint("company", "business", "subject_id", "occasion"),
        Index("ix_callback_draws_period", "company", "occurred_at"),
        CheckConstraint("is_drawn = (callback_id is not null)", name="drawn"),
    )
