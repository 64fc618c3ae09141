"""Tables of the safety inspections: plans, visits, hazards."""

from datetime import date, datetime
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
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from shared.contracts.base import Routing

INSPECTION_NUMBERS = Sequence("safety_inspection_number_sequence", metadata=Base.metadata, schema="customer")
HAZARD_NUMBERS = Sequence("safety_hazard_number_sequence", metadata=Base.metadata, schema="customer")
CUSTOMER, ORDER = "customer.customers.id", "customer.service_orders.id"


def _time(*, optional: bool = False) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), nullable=optional)


def _codes() -> Any:
    return mapped_column(ARRAY(Text), server_default="{}")


def _small() -> Any:
    return mapped_column(SmallInteger, server_default="0")


class SafetyPlanRow(Base):
    """A home to be inspected within one period by one commitment of the pack."""

    __tablename__ = "safety_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(CUSTOMER))
    commitment: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    customer_class: Mapped[str] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(Text)
    period_from: Mapped[datetime] = _time()
    period_until: Mapped[datetime] = _time()
    is_led: Mapped[bool] = mapped_column(server_default="false")
    led_by: Mapped[list[str]] = _codes()
    performed_by: Mapped[list[str]] = _codes()
    arranged_by: Mapped[str | None] = mapped_column(Text)
    done: Mapped[list[str]] = _codes()
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(ORDER))
    batch_id: Mapped[UUID | None]
    """The request that opened the order."""
    attempts: Mapped[int] = _small()
    """Visits without entry."""
    refusals: Mapped[int] = _small()
    last_outcome: Mapped[str | None] = mapped_column(Text)
    last_visited_at: Mapped[datetime | None] = _time(optional=True)
    next_attempt_on: Mapped[date | None]
    entered_at: Mapped[datetime | None] = _time(optional=True)
    inspection_id: Mapped[UUID | None]
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    generated_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "customer_id", "commitment", "period_from"),
        CheckConstraint("state in ('planned', 'ordered', 'entered', 'exhausted', 'cancelled')", name="state"),
        CheckConstraint("period_until > period_from", name="period"),
        CheckConstraint("(state = 'entered') = (entered_at is not null)", name="entered"),
        Index("ix_safety_plans_company", "company", "id"),
        Index("ix_safety_plans_period", "company", "period_until", "tier", "state"),
        Index(
            "ix_safety_plans_open",
            "company",
            "period_until",
            "id",
            postgresql_where="state in ('planned', 'ordered')",
        ),
        Index("ix_safety_plans_customer", "customer_id", "period_until"),
        Index("ix_safety_plans_batch", "company", "batch_id", postgresql_where="batch_id is not null"),
    )


class InspectionRow(Base):
    """One visit: entered, nobody at home, or refused; append-only but for `is_followed`."""

    __tablename__ = "safety_inspections"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(CUSTOMER))
    premises_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey(ORDER))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.safety_plans.id"))
    hazard_id: Mapped[UUID | None]
    """The hazard whose re-inspection it is."""
    outcome: Mapped[str] = mapped_column(Text)
    visited_at: Mapped[datetime] = _time()
    visited_by: Mapped[UUID]
    present_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    is_led: Mapped[bool] = mapped_column(server_default="false")
    """Everybody whom the pack asks to lead and take part was there."""
    attempt: Mapped[int] = mapped_column(SmallInteger)
    is_notice_left: Mapped[bool] = mapped_column(server_default="false")
    next_attempt_on: Mapped[date | None]
    is_exhausted: Mapped[bool] = mapped_column(server_default="false")
    """The pack asks for no further attempt."""
    is_followed: Mapped[bool] = mapped_column(server_default="false")
    """A later visit took place."""
    checks: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    equipment_checked: Mapped[int] = _small()
    hazards_found: Mapped[int] = _small()
    hazards_seen_again: Mapped[int] = _small()
    tier: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("outcome in ('entered', 'not_at_home', 'refused')", name="outcome"),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("outcome <> 'entered' or next_attempt_on is null", name="next"),
        Index("ix_safety_inspections_company", "company", "id"),
        Index("ix_safety_inspections_timeline", "company", "customer_id", "visited_at", "id"),
        Index("ix_safety_inspections_files", "file_ids", postgresql_using="gin"),
        Index("ix_safety_inspections_order", "order_id", postgresql_where="order_id is not null"),
        Index(
            "ix_safety_inspections_next",
            "company",
            "next_attempt_on",
            "id",
            postgresql_where="next_attempt_on is not null and not is_followed",
        ),
    )


class HazardRow(Base):
    """A hazard at premises, from its finding to its proven end; `version` guards every step."""

    __tablename__ = "safety_hazards"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(CUSTOMER))
    premises_id: Mapped[UUID] = mapped_column(ForeignKey("customer.premises.id"))
    equipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.gas_equipment.id"))
    inspection_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.safety_inspections.id"))
    order_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = _time()
    found_by: Mapped[UUID]
    seen_again: Mapped[int] = _small()
    last_seen_at: Mapped[datetime] = _time()
    told_at: Mapped[datetime | None] = _time(optional=True)
    told_by: Mapped[UUID | None]
    told_by_way: Mapped[str | None] = mapped_column(Text)
    gas_stopped_at: Mapped[datetime | None] = _time(optional=True)
    gas_stopped_by: Mapped[UUID | None]
    gas_not_stopped_reason: Mapped[str | None] = mapped_column(Text)
    gas_restored_at: Mapped[datetime | None] = _time(optional=True)
    follow_up_order_id: Mapped[UUID | None]
    follow_ups: Mapped[int] = _small()
    resolved_at: Mapped[datetime | None] = _time(optional=True)
    resolved_by: Mapped[UUID | None]
    resolution: Mapped[str | None] = mapped_column(Text)
    proof_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    withdrawn_at: Mapped[datetime | None] = _time(optional=True)
    withdrawn_by: Mapped[UUID | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[UUID]
    team: Mapped[str | None] = mapped_column(Text)
    department: Mapped[str | None] = mapped_column(Text)
    posts: Mapped[list[str]] = _codes()
    matter_id: Mapped[UUID]
    policy_pack: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = _time()
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('open', 'resolved', 'withdrawn')", name="state"),
        CheckConstraint(
            "(state = 'resolved') = (resolved_at is not null) and (resolved_at is null or cardinality(proof_ids) > 0)",
            name="resolved",
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn"),
        CheckConstraint("gas_restored_at is null or gas_stopped_at is not null", name="gas"),
        Index(
            "uq_safety_hazards_open",
            "premises_id",
            "kind",
            "equipment_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="state = 'open'",
        ),
        Index("ix_safety_hazards_proof", "proof_ids", postgresql_using="gin"),
        Index("ix_safety_hazards_company", "company", "id"),
        Index("ix_safety_hazards_timeline", "company", "customer_id", "found_at", "id"),
        Index("ix_safety_hazards_open", "company", "severity", "id", postgresql_where="state = 'open'"),
    )

    @property
    def routing(self) -> Routing:
        """Who answers for it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))
