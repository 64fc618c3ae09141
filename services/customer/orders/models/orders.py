"""The service order (工单): one row, whose version guards every step."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

ORDER_NUMBERS = Sequence("order_number_sequence", metadata=Base.metadata, schema="customer")

_ORIGINS = "'request', 'authority', 'plan', 'follow_up', 'filed_afterwards', 'interruption'"
_STATES = (
    "'requested', 'appointed', 'dispatched', 'arrived', 'working', 'impeded', 'completed', 'confirmed', 'accepted', "
    "'reported', 'closed', 'cancelled'"
)
_DONE = "'completed', 'confirmed', 'accepted', 'reported', 'closed'"


class ServiceOrderRow(Base):
    """One order as it stands now; `version` guards every step and is the version of its facts."""

    __tablename__ = "service_orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.customers.id"))
    """Nobody for an alarm from the street."""
    premises_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.premises.id"))
    meter_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.meters.id"))
    contract_id: Mapped[UUID | None]
    work: Mapped[str]
    place: Mapped[str | None]
    state: Mapped[str]
    tier: Mapped[str]
    tier_rank: Mapped[int]
    party: Mapped[str | None]
    is_emergency: Mapped[bool] = mapped_column(server_default="false")
    is_priority: Mapped[bool] = mapped_column(server_default="false")
    """A priority order: granted by an authority, or asked for with a reason."""
    channel: Mapped[str]
    channel_reference: Mapped[str | None]
    origin: Mapped[str]
    origin_id: Mapped[UUID | None]
    summary: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    done: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    appointment_from: Mapped[datetime | None]
    appointment_until: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    department_order_at: Mapped[datetime | None]
    alarm_at: Mapped[datetime | None]
    contract_due_at: Mapped[datetime | None]
    period_from: Mapped[datetime | None]
    period_until: Mapped[datetime | None]
    impeded_at: Mapped[datetime | None]
    solution_named_at: Mapped[datetime | None]
    solution_due_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    progress_told_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    acceptance_invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    pause_reason: Mapped[str | None]
    paused_until: Mapped[datetime | None]
    is_repeat_entry: Mapped[bool] = mapped_column(server_default="false")
    repeat_of_id: Mapped[UUID | None]
    is_emergency_crew: Mapped[bool] = mapped_column(server_default="false")
    """The emergency crew was drawn on because the crews were full."""
    assigned_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    led_by_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    arranged_by_id: Mapped[UUID | None]
    attended_posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Posts of those who were at the scene so far."""
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    due_at: Mapped[datetime | None]
    """The earliest deadline that still runs."""
    rank_at: Mapped[datetime | None]
    """The same, brought forward by the lead that the tier's priority gives."""
    priority_rank: Mapped[int] = mapped_column(SmallInteger, server_default="2")
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    policy_sha256: Mapped[str]
    opened_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(f"state in ({_STATES})", name="state"),
        CheckConstraint(f"origin in ({_ORIGINS})", name="origin"),
        CheckConstraint("appointment_until >= appointment_from", name="appointment"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name="cancelled"),
        CheckConstraint(f"completed_at is not null or state not in ({_DONE})", name="completed"),
        Index("ix_service_orders_company", "company", text("id desc")),
        Index(
            "ix_service_orders_customer",
            "customer_id",
            text("id desc"),
            postgresql_where=text("customer_id is not null"),
        ),
        Index(
            "ix_service_orders_premises",
            "premises_id",
            "work",
            "entered_at",
            postgresql_where=text("premises_id is not null and entered_at is not null"),
        ),
        Index("ix_service_orders_department", "company", "department", text("id desc")),
        Index("ix_service_orders_assigned", "assigned_ids", postgresql_using="gin"),
        Index(
            "ix_service_orders_channel",
            "company",
            "channel_reference",
            postgresql_where=text("channel_reference is not null"),
        ),
        Index("ix_service_orders_origin", "company", "origin_id", postgresql_where=text("origin_id is not null")),
        Index(
            "uq_service_orders_authorisation",
            "company",
            "origin_id",
            unique=True,
            postgresql_where=text("origin in ('authority', 'filed_afterwards')"),
        ),
        Index(
            "ix_service_orders_queue",
            "company",
            text("is_emergency desc"),
            text("rank_at nulls last"),
            "priority_rank",
            "tier_rank",
            "id",
            postgresql_where=text("state in ('requested', 'appointed')"),
        ),
        Index(
            "ix_service_orders_crew",
            "company",
            "team",
            postgresql_where=text("state in ('dispatched', 'arrived', 'working')"),
        ),
        Index(
            "ix_service_orders_completed",
            "company",
            "completed_at",
            postgresql_where=text("completed_at is not null"),
        ),
    )

    @property
    def routing(self) -> Routing:
        """With whom the order lies."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
