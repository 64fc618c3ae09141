"""Facts that the complaint service publishes: ids, codes, times and versions only (design.md 4)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class ComplaintFact(EventPayload):
    """What every complaint fact says of its case, so that a projection may be born from any of them."""

    complaint_id: UUID
    number: str
    kind: str
    channel: str
    category: str
    grade: str | None
    tier: str | None
    state: str
    cycle: int
    customer_id: UUID | None = None
    occurred_at: datetime


class ComplaintOpened(ComplaintFact):
    """A case was taken in and its clocks run."""

    TYPE: ClassVar[str] = "complaint.opened"

    is_tier_default: bool
    """Whether the tier is the pack's default because nothing was known of the customer (sla.md 15)."""
    first_responsible_id: UUID
    external_source: str | None = None
    repeat_of_id: UUID | None = None
    """The earlier case that it repeats; not told where anonymity is touched."""


class ComplaintAcknowledged(ComplaintFact):
    """The customer was answered for the first time: metric `response`."""

    TYPE: ClassVar[str] = "complaint.acknowledged"


class ComplaintAssessed(ComplaintFact):
    """The first investigation is done and a first plan is ready: metric `assessment`."""

    TYPE: ClassVar[str] = "complaint.assessed"


class ComplaintPlanned(ComplaintFact):
    """The plan was explained to the customer: metric `plan`."""

    TYPE: ClassVar[str] = "complaint.planned"

    answered_by_post: str | None = None


class ComplaintAgreed(ComplaintFact):
    """The customer agreed to the plan: metric `agreement`."""

    TYPE: ClassVar[str] = "complaint.agreed"


class ComplaintProgressed(ComplaintFact):
    """The customer was told how the work goes: metric `progress`, which then starts anew."""

    TYPE: ClassVar[str] = "complaint.progressed"


class ComplaintPaused(ComplaintFact):
    """The case waits for a reason that the pack lists."""

    TYPE: ClassVar[str] = "complaint.paused"

    reason: str
    until: datetime


class ComplaintResumed(ComplaintFact):
    """The wait is over."""

    TYPE: ClassVar[str] = "complaint.resumed"


class ComplaintResolved(ComplaintFact):
    """The matter is settled: metric `resolution`."""

    TYPE: ClassVar[str] = "complaint.resolved"

    answer: str | None = None
    """How a suggestion, an opinion or a praise was answered, a code of the pack."""
    remedies: list[str] = Field(default_factory=list)
    """How it was made good, codes of the pack."""
    authorisation_id: UUID | None = None


class ComplaintClosed(ComplaintFact):
    """The case is closed; callbacks are drawn from this fact."""

    TYPE: ClassVar[str] = "complaint.closed"

    resolved_at: datetime


class ComplaintReopened(ComplaintFact):
    """A new cycle with clocks of its own began; the verdicts of the cycle before stay."""

    TYPE: ClassVar[str] = "complaint.reopened"

    reason: str


class ComplaintRegraded(ComplaintFact):
    """The gravity grade was changed by a person."""

    TYPE: ClassVar[str] = "complaint.regraded"

    from_grade: str | None


class ComplaintTransferred(ComplaintFact):
    """Another holder works the case now; the first-responsible stays."""

    TYPE: ClassVar[str] = "complaint.transferred"

    from_owner_id: UUID | None = None
    from_department: str | None = None


class ComplaintRetiered(ComplaintFact):
    """A fact about the customer arrived late and corrected the open case's tier (sla.md 7)."""

    TYPE: ClassVar[str] = "complaint.retiered"

    from_tier: str | None


class ComplaintCustomerLinked(ComplaintFact):
    """The case, taken in without a customer, was linked to one."""

    TYPE: ClassVar[str] = "complaint.customer_linked"


class ComplaintCallbackJoined(ComplaintFact):
    """A callback found the customer dissatisfied while the case was open: it is handled in it."""

    TYPE: ClassVar[str] = "complaint.callback_joined"

    callback_id: UUID


class ComplaintEmergencyStarted(ComplaintFact):
    """A case of the gravest grade started its emergency plan; `routing.posts` are informed."""

    TYPE: ClassVar[str] = "complaint.emergency_started"

    steps: list[str]


class ComplaintEmergencyStepDone(ComplaintFact):
    """One step of the emergency plan was done."""

    TYPE: ClassVar[str] = "complaint.emergency_step_done"

    step: str


EVENTS: tuple[type[EventPayload], ...] = (
    ComplaintOpened,
    ComplaintAcknowledged,
    ComplaintAssessed,
    ComplaintPlanned,
    ComplaintAgreed,
    ComplaintProgressed,
    ComplaintPaused,
    ComplaintResumed,
    ComplaintResolved,
    ComplaintClosed,
    ComplaintReopened,
    ComplaintRegraded,
    ComplaintTransferred,
    ComplaintRetiered,
    ComplaintCustomerLinked,
    ComplaintCallbackJoined,
    ComplaintEmergencyStarted,
    ComplaintEmergencyStepDone,
)
"""Everything in this file that crosses the bus."""
