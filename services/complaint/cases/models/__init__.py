"""Tables of the cases and of what is known here of customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    Index,
    Sequence,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.cases.models.callbacks import CaseCallbackRow
from services.complaint.cases.models.opening import NewCase
from services.complaint.cases.models.records import (
    ComplaintStepRow,
    ConsultationRow,
    CustomerRow,
    EmergencyStepRow,
)
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
    repeat_of_id: Mapped[UUID | None]
    withheld_circumstance: Mapped[str | None]
    merged_into_id: Mapped[UUID | None]
    merged_at: Mapped[datetime | None]
    merged_from: Mapped[str | None]
    answer: Mapped[str | None]
    is_constructive: Mapped[bool] = mapped_column(server_default="false")
    praised_staff_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    investigation: Mapped[str | None]
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    authorisation_id: Mapped[UUID | None]
    leader_post: Mapped[str | None]
    leader_id: Mapped[UUID | None]
    acceptance: Mapped[str | None]
    invited_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    holding_count: Mapped[int] = mapped_column(server_default="0")
    external_answer: Mapped[str | None]
    external_answered_at: Mapped[datetime | None]
    involved_posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Posts that have something to do in the case beside its holder: they may read it."""
    reader_posts: Mapped[list[str]] = mapped_column(ARRAY(Text), Computed("posts || involved_posts", persisted=True))
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "state in ('received', 'acknowledged', 'assessed', 'planned', 'agreed', 'resolved', 'closed', 'merged')",
            name="state",
        ),
        CheckConstraint("kind in ('complaint', 'suggestion', 'opinion', 'praise')", name="kind"),
        CheckConstraint("affected_customers > 0", name="affected"),
        CheckConstraint("acceptance in ('invited', 'told', 'accepted', 'refused')", name="acceptance"),
        Index("ix_complaints_list", "company", text("id desc")),
        Index("ix_complaints_state", "company", "state", text("id desc")),
        Index("ix_complaints_owner", "company", "owner_id", text("id desc"), postgresql_where=text(_OPEN)),
        Index("ix_complaints_department", "company", "department", text("id desc"), postgresql_where=text(_OPEN)),
        Index("ix_complaints_customer", "customer_id", text("id desc")),
        Index("ix_complaints_phone", "company", "complainant_phone_index"),
        Index("ix_complaints_attachments", "attachment_ids", postgresql_using="gin"),
        Index("ix_complaints_repeat", "repeat_of_id", postgresql_where=text("repeat_of_id is not null")),
        Index("ix_complaints_merged", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
        Index("ix_complaints_external", "company", "external_source", "external_reference"),
    )

    @property
    def routing(self) -> Routing:
        """Who the case lies with now."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))

    @property
    def told_customer_id(self) -> UUID | None:
        """The customer as facts and work lists name him: nobody where anonymity was asked for."""
        return None if self.is_anonymous else self.customer_id

    def involve(self, *posts: str) -> None:
        """Let posts read the case because something in it is theirs to do."""
        self.involved_posts = sorted({*self.involved_posts, *posts})

    @property
    def told_reference(self) -> str | None:
        """The outside reference as facts name it: not where anonymity was asked for, it could be looked up."""
        return None if self.is_anonymous else self.external_reference

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


AnyCase = ComplaintRow | NewCase
"""A stored case, or one that is being taken in."""

__all__ = [
    "COMPLAINT_NUMBERS",
    "AnyCase",
    "CaseCallbackRow",
    "ComplaintRow",
    "ComplaintStepRow",
    "ConsultationRow",
    "CustomerRow",
    "EmergencyStepRow",
    "NewCase",
]
