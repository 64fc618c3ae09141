"""What is shown of a case."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.complaint.cases.rules import AcceptanceState, ComplaintKind, ComplaintState
from shared.http.base_model import ApiModel
from shared.http.page import Page


class ClockSummary(ApiModel):
    """One promise of the case, as its clock stands."""

    id: UUID
    metric: str
    cycle: int
    sequence: int
    state: str
    deadline_at: datetime | None
    """Null where no limit is set: counted apart, never as kept."""
    stopped_at: datetime | None
    breached_at: datetime | None
    is_provisional: bool
    """The deadline reaches a year whose holidays are not published yet."""


class EmergencyStep(ApiModel):
    """One line of the emergency plan (应急预案)."""

    code: str
    text: str
    post: str
    owner_id: UUID | None
    due_at: datetime
    done_at: datetime | None
    done_by: UUID | None


class Complaint(ApiModel):
    """One case with its promises."""

    id: UUID
    number: str
    company: str
    kind: ComplaintKind
    channel: str
    category: str
    grade: str | None
    grade_reason: str | None
    state: ComplaintState
    paused_reason: str | None
    summary: str
    description: str | None
    circumstances: list[str]
    affected_customers: int
    attachment_ids: list[UUID]
    customer_id: UUID | None
    tier: str
    is_tier_default: bool
    """Nothing was known of the customer: the pack's default tier governs until the fact arrives."""
    handling_level: str | None
    is_anonymous: bool
    has_contact: bool
    external_source: str | None
    external_reference: str | None
    external_deadline_at: datetime | None
    first_responsible_id: UUID
    """Answers for the case until it is closed (首问负责制); never changes."""
    owner_id: UUID | None
    team: str | None
    department: str | None
    posts: list[str]
    cycle: int
    opened_at: datetime
    cycle_started_at: datetime
    """When the present cycle began: the opening, or the last reopening."""
    acknowledged_at: datetime | None
    planned_at: datetime | None
    answered_by_post: str | None
    resolved_at: datetime | None
    closed_at: datetime | None
    resolution: str | None
    answer: str | None
    is_constructive: bool
    praised_staff_ids: list[UUID]
    investigation: str | None
    remedies: list[str]
    authorisation_id: UUID | None
    leader_post: str | None
    """The post that coordinates the case in person (分管领导)."""
    leader_id: UUID | None
    acceptance: AcceptanceState | None
    invited_at: datetime | None
    accepted_at: datetime | None
    reported_at: datetime | None
    held_until: datetime | None
    """Until when the customer was told to wait; no deadline of ours moved."""
    holding_count: int
    external_answer: str | None
    external_answered_at: datetime | None
    emergency_started_at: datetime | None
    repeat_of_id: UUID | None
    """The earlier case of the same complainant and category, within the pack's window."""
    merged_into_id: UUID | None
    """The case in which this one is handled."""
    merged_at: datetime | None
    policy_pack: str
    policy_version: str
    matter_id: UUID
    version: int
    clocks: list[ClockSummary]
    emergency_steps: list[EmergencyStep]


class ComplaintPage(Page[Complaint]):
    """One page of cases, newest first."""


class ComplaintStep(ApiModel):
    """One recorded step of a case."""

    id: UUID
    cycle: int
    action: str
    occurred_at: datetime
    judged_at: datetime
    """By which the promise was judged; differs where the entry came later than the pack's window."""
    recorded_at: datetime
    actor_id: UUID | None
    from_state: str | None
    to_state: str
    note: str | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """From the stored step."""
        return cls(
            id=row.id,
            cycle=row.cycle,
            action=row.action,
            occurred_at=row.occurred_at,
            judged_at=row.judged_at,
            recorded_at=row.at,
            actor_id=row.actor_id,
            from_state=row.from_state,
            to_state=row.to_state,
            note=row.note,
        )


class ComplaintSteps(ApiModel):
    """The history of a case, oldest first."""

    items: list[ComplaintStep]


class ContactGrant(ApiModel):
    """How the owner of an open case reaches the complainant: shown once, counted, audited."""

    name: str | None = None
    phone: str | None = None
    grant: str | None = None
    """For a linked customer: present it to `/v1/customers/{id}/reveal` within 60 seconds."""
    customer_id: UUID | None = None
