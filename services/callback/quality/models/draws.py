"""The draw of reviews: a caller's calls of a month, numbered; which of them are reviewed, how, and by how many."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class ReviewStratumRow(Base):
    """One caller's completed callbacks of one month under one revision; locked to number a call."""

    __tablename__ = "review_strata"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    caller_id: Mapped[UUID]
    month: Mapped[str]
    """Of the calls, such as `2026-11`, in the company's civil time."""
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
        UniqueConstraint("company", "month", "caller_id", "policy_version"),
        CheckConstraint("denominator >= 1 and numerator between 0 and denominator", name="share"),
        CheckConstraint("drawn between 0 and seen", name="counts"),
    )


class ReviewDrawRow(Base):
    """One completed callback in its stratum, with its number."""

    __tablename__ = "review_draws"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    stratum_id: Mapped[UUID] = mapped_column(ForeignKey("callback.review_strata.id"))
    position: Mapped[int] = mapped_column(BigInteger)
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    drawn_at: Mapped[datetime]
    is_drawn: Mapped[bool]
    is_recall: Mapped[bool]
    """By calling the customer again, not by listening."""
    is_double: Mapped[bool]
    """By two reviewers independently."""

    __table_args__ = (
        UniqueConstraint("stratum_id", "position"),
        UniqueConstraint("callback_id"),
        CheckConstraint("is_drawn or not (is_recall or is_double)", name="drawn"),
    )
