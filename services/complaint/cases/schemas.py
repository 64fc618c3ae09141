"""Request and response models of the cases."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.complaint.cases.rules import ComplaintKind, ComplaintState
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

PhoneText = Annotated[str, Field(min_length=3, max_length=25, pattern=r"^[0-9+\- ()]+$", examples=["10012345678"])]


class ComplainantContact(ApiModel):
    """How to reach a complainant who is not the linked customer; stored encrypted, erasable."""

    name: ShortText | None = None
    phone: PhoneText | None = None


class ComplaintCreate(ApiModel):
    """Intake of a case (受理)."""

    kind: ComplaintKind = ComplaintKind.COMPLAINT
    channel: Code
    """How it came in, a code of the pack such as `hotline` or `gov_12345`."""
    category: Code
    """What it is about, a code of the pack."""
    summary: ShortText
    description: LongText | None = None
    customer_id: UUID | None = None
    """Empty when the complainant is no known customer; may be linked later."""
    customer_kind: Code | None = None
    """`individual`, `unit` or `group`; only where the customer is not linked."""
    complainant: ComplainantContact | None = None
    """Only when the complainant is not the linked customer: otherwise no contact is stored."""
    is_anonymous: bool = False
    circumstances: list[Code] = Field(default_factory=list, max_length=20)
    """What makes it grave, codes of the pack such as `safety`, `injury`, `media`, `money`, `conduct`."""
    affected_customers: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=20)
    """Files that the same person uploaded to `/v1/files?for=complaint` before."""
    grade: Code | None = None
    """Only to set a graver grade than the pack's rules find; otherwise the rules decide."""
    external_reference: ShortText | None = None
    """Reference of the outside body (12345, supervision centre)."""
    external_deadline_at: datetime | None = None
    occurred_at: datetime | None = None
    """When it was received, if it is entered afterwards."""


class Occurred(ApiModel):
    """When a step happened; empty means now."""

    occurred_at: datetime | None = None
    note: LongText | None = None


class ComplaintAcknowledge(Occurred):
    """The customer was answered for the first time."""


class ComplaintAssess(Occurred):
    """The first investigation's result."""


class ComplaintPlan(Occurred):
    """The plan as explained to the customer."""

    answered_by_post: Code | None = None
    """The post that gave the answer, where the tier is promised one (xxx-gas 2.2: deputy GM)."""


class ComplaintAgree(Occurred):
    """The customer agreed to the plan."""


class ComplaintProgress(Occurred):
    """The customer was told how the work goes."""


class ComplaintPause(ApiModel):
    """The case waits; only for reasons that the pack lists, and never longer than it says."""

    reason: Code
    until: datetime
    note: LongText | None = None


class ComplaintResume(ApiModel):
    """The wait is over."""

    note: LongText | None = None


class ComplaintResolve(Occurred):
    """How the matter was settled."""

    resolution: LongText


class ComplaintClose(Occurred):
    """The case is closed."""


class ComplaintReopen(ApiModel):
    """The matter is not settled after all."""

    reason: LongText


class ComplaintRegrade(ApiModel):
    """Another gravity grade, with the reason."""

    grade: Code
    reason: LongText


class ComplaintTransfer(ApiModel):
    """Another holder; the first-responsible stays."""

    owner_id: UUID | None = None
    """A member of staff; empty hands the case to the department's queue."""
    department: Code | None = None
    """Needed where no owner is named."""
    reason: LongText


class ComplaintLinkCustomer(ApiModel):
    """The customer whose case this is."""

    customer_id: UUID


class EmergencyStepDone(Occurred):
    """A line of the emergency plan was done."""


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
    emergency_started_at: datetime | None
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


class ContactReason(ApiModel):
    """Why the contact is needed."""

    reason: ShortText
