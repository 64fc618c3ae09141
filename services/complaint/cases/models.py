"""Tables of the cases and of what is known here of customers."""

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
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.cases.rules import Action, ComplaintState, next_state
from services.complaint.database import Base
from shared.contracts.base import Routing

COMPLAINT_NUMBERS = Sequence("complaint_numbers", metadata=Base.metadata, schema="complaint")

_OPEN = "state <> all (array['resolved'::text, 'closed'::text])"


class ComplaintRow(Base):
    """One case; `version` guards every change (If-Match)."""

    __tablename__ = "complaints"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    external_source: Mapped[str | None]
    external_reference: Mapped[str | None]
    external_deadline_at: Mapped[datetime | None]
    category: Mapped[str]
    grade: Mapped[str | None]
    grade_reason: Mapped[str | None]
    state: Mapped[str]
    paused_reason: Mapped[str | None]
    summary: Mapped[str]
    description: Mapped[str | None]
    circumstances: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    affected_customers: Mapped[int] = mapped_column(server_default="1")
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    customer_id: Mapped[UUID | None]
    customer_kind: Mapped[str | None]
    tier: Mapped[str]
    is_tier_default: Mapped[bool]
    handling_level: Mapped[str | None]
    is_anonymous: Mapped[bool] = mapped_column(server_default="false")
    complainant_name: Mapped[str | None]
    complainant_phone: Mapped[str | None]
    complainant_phone_index: Mapped[str | None]
    complainant_phone_last4: Mapped[str | None]
    first_responsible_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    cycle: Mapped[int] = mapped_column(server_default="1")
    opened_at: Mapped[datetime]
    cycle_started_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    answered_by_post: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    emergency_started_at: Mapped[datetime | None]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "state in ('received', 'acknowledged', 'assessed', 'planned', 'agreed', 'resolved', 'closed')", name="state"
        ),
        CheckConstraint("kind in ('complaint', 'suggestion', 'opinion', 'praise')", name="kind"),
        CheckConstraint("affected_customers > 0", name="affected"),
        Index("ix_complaints_list", "company", text("id desc")),
        Index("ix_complaints_state", "company", "state", text("id desc")),
        Index("ix_complaints_owner", "company", "owner_id", text("id desc"), postgresql_where=text(_OPEN)),
        Index("ix_complaints_department", "company", "department", text("id desc"), postgresql_where=text(_OPEN)),
        Index("ix_complaints_customer", "customer_id", text("id desc")),
        Index("ix_complaints_phone", "company", "complainant_phone_index"),
        Index("ix_complaints_attachments", "attachment_ids", postgresql_using="gin"),
        Index("ix_complaints_external", "company", "external_source", "external_reference"),
    )

    @property
    def routing(self) -> Routing:
        """Who the case lies with now."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes the customer something."""
        return ComplaintState(self.state) in ComplaintState.open_states()

    def step(self, action: Action) -> str:
        """Move to the state that `action` leads to; answers the state before.  Raises: StepNotAllowedError."""
        before = self.state
        self.state = next_state(ComplaintState(self.state), action).value
        self.version += 1
        return before


class ComplaintStepRow(Base):
    """One step of a case, as it was recorded; append-only history."""

    __tablename__ = "complaint_steps"

    at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID]
    company: Mapped[str]
    cycle: Mapped[int]
    action: Mapped[str]
    occurred_at: Mapped[datetime]
    judged_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_post: Mapped[str | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    __table_args__ = (
        Index("ix_complaint_steps_complaint", "complaint_id", "at"),
        {"postgresql_partition_by": "RANGE (at)"},
    )


class EmergencyStepRow(Base):
    """One line of a grade-1 case's emergency plan (应急预案): who, until when, done by whom."""

    __tablename__ = "emergency_steps"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.complaints.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str]
    position: Mapped[int]
    text: Mapped[str]
    post: Mapped[str]
    owner_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    note: Mapped[str | None]


class CustomerRow(Base):
    """What the complaint service knows of a customer, fed by events: no name, no telephone (design.md 3)."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None]
    party: Mapped[str | None]
    standing: Mapped[str | None]
    tier: Mapped[str | None]
    tier_effective_at: Mapped[datetime | None]
    tier_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    account_manager_id: Mapped[UUID | None]

    __table_args__ = (Index("ix_customers_company", "company", "id"),)
