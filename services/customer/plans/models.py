"""Service plans of single customers: terms that override the tier's promises upward, with their dates and review."""

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.plans.rules import PlanAct, PlanState, PlanTerm, check
from shared.contracts.base import Routing

PLAN_NUMBERS = Sequence("service_plan_number_sequence", metadata=Base.metadata, schema="customer")

_APPROVED = "state = 'approved'::text"


class ServicePlanRow(Base):
    """One plan (个性化服务方案) of one customer; `version` guards every change."""

    __tablename__ = "service_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    state: Mapped[str]
    title: Mapped[str]
    need: Mapped[str]
    tier: Mapped[str]
    party: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    terms: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    review_due_on: Mapped[date | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    owner_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint("state in ('proposed', 'approved', 'rejected', 'withdrawn', 'ended', 'expired')", name="state"),
        CheckConstraint("until_on >= from_on", name="dates"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint("(state in ('ended', 'expired')) = (ended_at is not null)", name="ended"),
        Index("ix_service_plans_company", "company", text("id desc")),
        Index("ix_service_plans_customer", "customer_id", text("id desc")),
        Index(
            "uq_service_plans_proposed", "customer_id", unique=True, postgresql_where=text("state = 'proposed'::text")
        ),
        Index("ix_service_plans_standing", "customer_id", "from_on", "until_on", postgresql_where=text(_APPROVED)),
        Index("ix_service_plans_until", "company", "until_on", postgresql_where=text(_APPROVED)),
        Index(
            "ix_service_plans_due",
            "company",
            "review_due_on",
            postgresql_where=text(f"{_APPROVED} and review_due_on is not null"),
        ),
    )

    @property
    def promised(self) -> list[PlanTerm]:
        """The terms, typed."""
        return [PlanTerm.from_json(one) for one in self.terms]

    @property
    def routing(self) -> Routing:
        """The account manager, and the posts that decide."""
        return Routing(owner_id=self.owner_id, posts=list(self.posts))

    def take(self, act: PlanAct) -> None:
        """Do an act.  Raises: PlanStepNotAllowedError."""
        self.state = check(act, PlanState(self.state)).value
        self.version += 1
