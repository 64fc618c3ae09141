"""Differences between document, money and system report, until another confirms how each was dealt with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing


class ThreeWayExceptionRow(Base):
    """One difference of one pair of figures; `version` guards every change."""

    __tablename__ = "three_way_exceptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    pair: Mapped[str]
    """Code of `entry_quality.three_way`."""
    measure: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.service_orders.id"))
    reading_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.meter_readings.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.customers.id"))
    state: Mapped[str]
    differs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Sides that the others do not confirm: document, money, system."""
    document_fen: Mapped[int | None] = mapped_column(BigInteger)
    money_fen: Mapped[int | None] = mapped_column(BigInteger)
    system_fen: Mapped[int | None] = mapped_column(BigInteger)
    difference_fen: Mapped[int] = mapped_column(BigInteger)
    """Largest amount less smallest."""
    quantities: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    """Per material, or gas: code, document, system, as decimal strings."""
    tolerance_fen: Mapped[int] = mapped_column(BigInteger)
    operator_id: Mapped[UUID | None]
    """Who made the newest entry of the sides that differ; null where there is none."""
    entered_at: Mapped[datetime]
    found_at: Mapped[datetime]
    found_by: Mapped[str]
    explanation: Mapped[str | None]
    handled_by: Mapped[UUID | None]
    handled_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    matter_id: Mapped[UUID]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, reading_id) = 1", name="subject"),
        CheckConstraint("measure in ('usage', 'materials')", name="measure"),
        CheckConstraint("state in ('open', 'explained', 'corrected', 'confirmed')", name="state"),
        CheckConstraint(
            "(state = 'open') = (handled_at is null) and (state <> 'explained' or explanation is not null)",
            name="handled",
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_at is not null)"
            " and (confirmed_by is null or confirmed_by <> handled_by)",
            name="confirmed",
        ),
        Index("ix_three_way_exceptions_list", "company", text("id desc")),
        Index(
            "uq_three_way_exceptions_order",
            "order_id",
            "pair",
            unique=True,
            postgresql_where=text("order_id is not null and state <> 'confirmed'"),
        ),
        Index(
            "uq_three_way_exceptions_reading",
            "reading_id",
            "pair",
            unique=True,
            postgresql_where=text("reading_id is not null and state <> 'confirmed'"),
        ),
        Index("ix_three_way_exceptions_found", "company", "found_at"),
    )

    @property
    def routing(self) -> Routing:
        """Who must deal with it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
