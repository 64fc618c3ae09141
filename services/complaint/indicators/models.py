"""What the figures keep: answers of callbacks, frozen periods and who was counted; indexes that count by time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.cases.models import ComplaintRow
from services.complaint.database import SHARED, Base


class CallbackAnswerRow(Base):
    """What a customer said of the handling, as the callback service told it."""

    __tablename__ = "complaint_callbacks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The callback's own."""
    company: Mapped[str]
    complaint_id: Mapped[UUID]
    cycle: Mapped[int | None]
    outcome: Mapped[str]
    is_satisfied: Mapped[bool | None]
    called_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_complaint_callbacks_called", "company", "called_at"),
        Index("ix_complaint_callbacks_complaint", "complaint_id"),
    )


class IndicatorFreezeRow(Base):
    """A period that is closed for ever: what the pack said of its figures, how many customers there were."""

    __tablename__ = "indicator_freezes"

    company: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    policy_version: Mapped[str]
    namings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    customers: Mapped[dict[str, int]] = mapped_column(JSONB)
    """By tier, at the end of the period."""
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of a week: what was out of the ordinary."""
    frozen_at: Mapped[datetime]


class IndicatorCaseRow(Base):
    """One that was counted in a frozen figure, with the codes that it had then."""

    __tablename__ = "indicator_cases"

    company: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    ref_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The clock, case or callback that was counted."""
    complaint_id: Mapped[UUID]
    cycle: Mapped[int]
    at: Mapped[datetime]
    is_numerator: Mapped[bool]
    is_denominator: Mapped[bool]
    is_untargeted: Mapped[bool]
    is_unanswered: Mapped[bool]
    tier: Mapped[str | None]
    grade: Mapped[str | None]
    category: Mapped[str]
    department: Mapped[str | None]
    channel: Mapped[str]


Index("ix_complaints_opened", ComplaintRow.company, ComplaintRow.opened_at)
Index(
    "ix_clocks_period",
    SHARED["clocks"].c.company,
    text("(coalesce(deadline_at, started_at))"),
    postgresql_where=text("state <> 'cancelled' and not is_aim"),
)
