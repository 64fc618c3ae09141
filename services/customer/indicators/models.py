"""What the figures keep: frozen periods and what was counted in them; indexes that count by time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import SHARED, Base
from services.customer.orders.models import ServiceOrderRow


class IndicatorFreezeRow(Base):
    """A period that is closed for ever: what the pack said of its figures, and how the supply was."""

    __tablename__ = "indicator_freezes"

    company: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    policy_version: Mapped[str]
    namings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    supply: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Tier, numerator, denominator in customer-minutes."""
    frozen_at: Mapped[datetime]


class IndicatorMemberRow(Base):
    """One that was counted in a frozen figure, with the codes that it had then."""

    __tablename__ = "indicator_members"

    company: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    ref_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The clock, order, inspection, contact or interrupted customer that was counted."""
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    at: Mapped[datetime]
    is_numerator: Mapped[bool]
    is_denominator: Mapped[bool]
    is_untargeted: Mapped[bool]
    is_unanswered: Mapped[bool]
    seconds: Mapped[int | None] = mapped_column(BigInteger)
    tier: Mapped[str | None]
    category: Mapped[str | None]
    department: Mapped[str | None]
    channel: Mapped[str | None]


Index(
    "ix_service_orders_entered",
    ServiceOrderRow.company,
    ServiceOrderRow.entered_at,
    postgresql_where=text("entered_at is not null"),
)
Index(
    "ix_clocks_period",
    SHARED["clocks"].c.company,
    text("(coalesce(deadline_at, started_at))"),
    postgresql_where=text("state <> 'cancelled' and not is_aim"),
)
