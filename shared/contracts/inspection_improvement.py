"""Facts about service improvement: plans, improvements, proposals, trainings, meetings, published good examples."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class ImprovementPlanFact(EventPayload):
    """What every fact about a yearly service-improvement plan says of it."""

    plan_id: UUID
    year: int
    department: str | None = None
    """Null = the company's."""
    state: str
    due_at: datetime
    occurred_at: datetime


class ImprovementPlanDrafted(ImprovementPlanFact):
    """It was made from the pack and waits to be written."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_drafted"


class ImprovementPlanSubmitted(ImprovementPlanFact):
    """It waits for its approval by another person."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_submitted"

    submitted_by: UUID


class ImprovementPlanReturned(ImprovementPlanFact):
    """It goes back to whoever writes it."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_returned"

    returned_by: UUID


class ImprovementPlanApproved(ImprovementPlanFact):
    """It stands."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_approved"

    approved_by: UUID
    is_late: bool


class ImprovementPlanEnded(ImprovementPlanFact):
    """The year is over; its figures are frozen."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_ended"

    planned: int
    done_in_time: int
    done_late: int
    not_done: int
    """Planned and not done when the year ended."""
    accepted: int


class ImprovementPlanClosed(ImprovementPlanFact):
    """Its summary was written."""

    TYPE: ClassVar[str] = "inspection.improvement_plan_closed"

    closed_by: UUID


class ImprovementFact(EventPayload):
    """What every fact about an improvement says of it."""

    improvement_id: UUID
    number: str
    plan_id: UUID | None = None
    source_type: str
    """finding, complaint, survey, proposal, meeting or office."""
    source_id: UUID | None = None
    source_number: str | None = None
    clause: str
    department: str
    team: str | None = None
    owner_id: UUID | None = None
    proposer_id: UUID | None = None
    """Null = nobody: what was heard suggested it."""
    state: str
    round: int
    due_on: date | None = None
    is_late: bool | None = None
    matter_id: UUID
    occurred_at: datetime


class ImprovementSuggested(ImprovementFact):
    """What was heard suggests it, by the rule of the pack: a candidate."""

    TYPE: ClassVar[str] = "inspection.improvement_suggested"


class ImprovementProposed(ImprovementFact):
    """Somebody proposed it; the posts of the pack decide."""

    TYPE: ClassVar[str] = "inspection.improvement_proposed"


class ImprovementPlanned(ImprovementFact):
    """It has an owner and a due date."""

    TYPE: ClassVar[str] = "inspection.improvement_planned"


class ImprovementDeclined(ImprovementFact):
    """It is not done."""

    TYPE: ClassVar[str] = "inspection.improvement_declined"


class ImprovementDone(ImprovementFact):
    """Its owner reports it done; its effect is measured, then it is judged."""

    TYPE: ClassVar[str] = "inspection.improvement_done"


class MeasuredImprovementFact(ImprovementFact):
    """An improvement with its effect, before and after, as numerator and denominator."""

    indicator: str | None = None
    """Of the pack; null = measured by hand."""
    indicator_category: str | None = None
    is_by_hand: bool | None = None
    before_numerator: int | None = None
    before_denominator: int | None = None
    after_numerator: int | None = None
    after_denominator: int | None = None
    is_improved: bool | None = None
    """Null = nothing to compare."""


class ImprovementMeasured(MeasuredImprovementFact):
    """Its effect is known."""

    TYPE: ClassVar[str] = "inspection.improvement_measured"


class ImprovementReturned(MeasuredImprovementFact):
    """It was sent back and is done again."""

    TYPE: ClassVar[str] = "inspection.improvement_returned"

    returned_by: UUID


class ImprovementAccepted(MeasuredImprovementFact):
    """It is one: incentive weighs a reward for owner and proposer."""

    TYPE: ClassVar[str] = "inspection.improvement_accepted"

    accepted_by: UUID


class ImprovementCancelled(ImprovementFact):
    """It was given up."""

    TYPE: ClassVar[str] = "inspection.improvement_cancelled"


class StaffProposalFact(EventPayload):
    """What every fact about an employee's proposal says of it."""

    proposal_id: UUID
    number: str
    proposer_id: UUID
    department: str | None = None
    """The proposer's."""
    concerns: str | None = None
    """The department that it is about."""
    state: str
    duplicate_of: UUID | None = None
    improvement_id: UUID | None = None
    matter_id: UUID
    occurred_at: datetime


class StaffProposed(StaffProposalFact):
    """An employee proposed something; the office owes an answer."""

    TYPE: ClassVar[str] = "inspection.staff_proposed"


class StaffProposalAnswered(StaffProposalFact):
    """The office answered: accepted, declined or duplicate."""

    TYPE: ClassVar[str] = "inspection.staff_proposal_answered"

    answered_by: UUID
    is_on_time: bool | None = None


class StaffProposalWithdrawn(StaffProposalFact):
    """The proposer took it back."""

    TYPE: ClassVar[str] = "inspection.staff_proposal_withdrawn"


class GatheringFact(EventPayload):
    """What a fact about a training or service meeting says of it."""

    gathering_id: UUID
    department: str
    team: str | None = None
    duty_id: UUID | None = None
    """What the department owed of the period; null = held beyond it."""
    period: str | None = None
    is_late: bool | None = None
    people: int
    minutes: int
    held_at: datetime
    occurred_at: datetime


class TrainingRecorded(GatheringFact):
    """A department recorded a training."""

    TYPE: ClassVar[str] = "inspection.training_recorded"


class ServiceMeetingRecorded(GatheringFact):
    """A department recorded a service meeting."""

    TYPE: ClassVar[str] = "inspection.service_meeting_recorded"

    decisions: int


class GatheringMissed(EventPayload):
    """A department held none in the period."""

    TYPE: ClassVar[str] = "inspection.gathering_missed"

    duty_id: UUID
    kind: str
    """training or meeting."""
    department: str
    period: str
    due_at: datetime
    occurred_at: datetime


class GoodExamplePublicationFact(EventPayload):
    """What every fact about the publication of a good example says of it; never its words."""

    example_id: UUID
    finding_id: UUID
    clause: str
    department: str
    state: str
    matter_id: UUID
    occurred_at: datetime


class GoodExamplePublished(GoodExamplePublicationFact):
    """Everybody may read it."""

    TYPE: ClassVar[str] = "inspection.good_example_published"

    published_by: UUID


class GoodExampleWithdrawn(GoodExamplePublicationFact):
    """It is public no more."""

    TYPE: ClassVar[str] = "inspection.good_example_withdrawn"


EVENTS: tuple[type[EventPayload], ...] = (
    ImprovementPlanDrafted,
    ImprovementPlanSubmitted,
    ImprovementPlanReturned,
    ImprovementPlanApproved,
    ImprovementPlanEnded,
    ImprovementPlanClosed,
    ImprovementSuggested,
    ImprovementProposed,
    ImprovementPlanned,
    ImprovementDeclined,
    ImprovementDone,
    ImprovementMeasured,
    ImprovementReturned,
    ImprovementAccepted,
    ImprovementCancelled,
    StaffProposed,
    StaffProposalAnswered,
    StaffProposalWithdrawn,
    TrainingRecorded,
    ServiceMeetingRecorded,
    GatheringMissed,
    GoodExamplePublished,
    GoodExampleWithdrawn,
)
"""Everything in this file that crosses the bus."""
