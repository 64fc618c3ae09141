"""Facts about findings, corrective measures, counters and appeals: ids, codes and times only (design.md 4)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class ProposedConsequence(BaseModel):
    """A fault that the finding states, and the clause of the incentive chapter that hangs on it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    mark: str
    clause: str


class FindingFact(EventPayload):
    """What every fact about a finding says, so that a projection may be born from any of them."""

    finding_id: UUID
    complaint_id: UUID
    number: str
    """The case's."""
    cycle: int
    revision: int
    state: str
    verdict: str
    holds_responsible: bool
    responsible_department: str | None = None
    person_ids: list[UUID] = Field(default_factory=list)
    """Staff held responsible."""
    is_preventable: bool | None = None
    is_reported_upward: bool | None = None
    consequences: list[ProposedConsequence] = Field(default_factory=list)
    category: str
    grade: str | None
    tier: str | None
    customer_id: UUID | None = None
    complained_at: datetime | None = None
    """When the complaint came in: it counts in that year."""
    occurred_at: datetime


class FindingDrafted(FindingFact):
    """A finding was drafted, or drafted anew, and waits for its confirmation."""

    TYPE: ClassVar[str] = "complaint.finding_drafted"


class FindingReturned(FindingFact):
    """The office sent the draft back."""

    TYPE: ClassVar[str] = "complaint.finding_returned"


class FindingConfirmed(FindingFact):
    """The office confirmed the finding: incentives are proposed from this fact."""

    TYPE: ClassVar[str] = "complaint.finding_confirmed"


class FindingTold(FindingFact):
    """The customer was told of the finding: the window of appeal runs."""

    TYPE: ClassVar[str] = "complaint.finding_told"


class AppealedFindingFact(FindingFact):
    """What an appeal did to a finding, and to the consequences that hang on it."""

    appeal_id: UUID
    repeated_consequence_ids: list[UUID] = Field(default_factory=list)
    """Proposals for repeated complaints about the persons named, that stand now."""


class FindingSuspended(AppealedFindingFact):
    """An appeal was admitted: effect and incentives are held back."""

    TYPE: ClassVar[str] = "complaint.finding_suspended"


class FindingUpheld(AppealedFindingFact):
    """The finding stands: by decision, or because the appeal was withdrawn."""

    TYPE: ClassVar[str] = "complaint.finding_upheld"

    is_withdrawn: bool = False


class FindingRevised(AppealedFindingFact):
    """The finding says something else from now on: incentives follow the new version."""

    TYPE: ClassVar[str] = "complaint.finding_revised"


class FindingOverturned(AppealedFindingFact):
    """The finding is void: incentives that hang on it are reversed."""

    TYPE: ClassVar[str] = "complaint.finding_overturned"


class MeasureFact(EventPayload):
    """What every fact about a corrective measure says."""

    measure_id: UUID
    finding_id: UUID
    complaint_id: UUID
    urgency: str
    state: str
    round: int
    owner_id: UUID
    responsible_department: str | None = None
    occurred_at: datetime


class MeasureAssigned(MeasureFact):
    """A corrective measure was given to its owner."""

    TYPE: ClassVar[str] = "complaint.measure_assigned"


class MeasureDone(MeasureFact):
    """The owner reports it done, with proof."""

    TYPE: ClassVar[str] = "complaint.measure_done"


class MeasureVerified(MeasureFact):
    """Somebody else accepted it as done."""

    TYPE: ClassVar[str] = "complaint.measure_verified"


class MeasureRejected(MeasureFact):
    """It is not done yet; the owner has it again."""

    TYPE: ClassVar[str] = "complaint.measure_rejected"


class MeasureCancelled(MeasureFact):
    """The finding behind it was overturned."""

    TYPE: ClassVar[str] = "complaint.measure_cancelled"


class ConsequenceFact(EventPayload):
    """What every fact about repeated complaints says."""

    consequence_id: UUID
    person_id: UUID
    year: int
    rule: str
    """Code of the pack's rule."""
    clause: str
    """Of the incentive chapter."""
    count: int
    finding_id: UUID
    """The finding that led to it."""
    complaint_id: UUID
    occurred_at: datetime


class ConsequenceProposed(ConsequenceFact):
    """Somebody was held responsible as often as the pack says: a consequence is proposed."""

    TYPE: ClassVar[str] = "complaint.consequence_proposed"


class ConsequenceRetracted(ConsequenceFact):
    """A finding was reversed and the count fell below."""

    TYPE: ClassVar[str] = "complaint.consequence_retracted"


class AppealFact(EventPayload):
    """What every fact about an appeal says."""

    appeal_id: UUID
    number: str
    complaint_id: UUID
    finding_id: UUID
    finding_revision: int
    cycle: int
    appellant: str
    appellant_id: UUID | None = None
    """Staff id, where an employee appeals."""
    appellant_department: str | None = None
    channel: str | None = None
    grounds: list[str] = Field(default_factory=list)
    instance: int
    state: str
    step: str
    """Code of the pack's step at which the appeal stands."""
    outcome: str | None = None
    customer_id: UUID | None = None
    occurred_at: datetime


class AppealLodged(AppealFact):
    """A finding is contested."""

    TYPE: ClassVar[str] = "complaint.appeal_lodged"


class AppealAdmitted(AppealFact):
    """The appeal is admissible."""

    TYPE: ClassVar[str] = "complaint.appeal_admitted"


class AppealRefused(AppealFact):
    """The appeal is not admissible."""

    TYPE: ClassVar[str] = "complaint.appeal_refused"


class AppealReviewed(AppealFact):
    """An opinion was given for whoever decides."""

    TYPE: ClassVar[str] = "complaint.appeal_reviewed"


class AppealDecided(AppealFact):
    """The appeal was decided."""

    TYPE: ClassVar[str] = "complaint.appeal_decided"

    effect: str
    """`upholds`, `revises` or `overturns`."""


class AppealTold(AppealFact):
    """The appellant was told of the outcome."""

    TYPE: ClassVar[str] = "complaint.appeal_told"


class AppealEscalated(AppealFact):
    """The appellant asked for the pack's next step."""

    TYPE: ClassVar[str] = "complaint.appeal_escalated"


class AppealWithdrawn(AppealFact):
    """The appellant gave it up."""

    TYPE: ClassVar[str] = "complaint.appeal_withdrawn"


EVENTS: tuple[type[EventPayload], ...] = (
    FindingDrafted,
    FindingReturned,
    FindingConfirmed,
    FindingTold,
    FindingSuspended,
    FindingUpheld,
    FindingRevised,
    FindingOverturned,
    MeasureAssigned,
    MeasureDone,
    MeasureVerified,
    MeasureRejected,
    MeasureCancelled,
    ConsequenceProposed,
    ConsequenceRetracted,
    AppealLodged,
    AppealAdmitted,
    AppealRefused,
    AppealReviewed,
    AppealDecided,
    AppealTold,
    AppealEscalated,
    AppealWithdrawn,
)
"""Everything in this file that crosses the bus."""
