"""Facts about what a case needs besides its handling: leaders, consultations, acceptance, reports, outside answers."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload
from shared.contracts.complaint import ComplaintFact


class ComplaintPraiseRecorded(ComplaintFact):
    """Staff were praised by name: a reward may be proposed for them."""

    TYPE: ClassVar[str] = "complaint.praise_recorded"

    staff_ids: list[UUID]
    recorded_by: UUID
    """Who took the praise in: nobody is rewarded on the own word alone."""


class ComplaintSuggestionAdopted(ComplaintFact):
    """A constructive suggestion was taken up: the customer may be rewarded."""

    TYPE: ClassVar[str] = "complaint.suggestion_adopted"

    answer: str


class ComplaintLeaderNamed(ComplaintFact):
    """A leader coordinates the case in person; `routing.posts` holds the post."""

    TYPE: ClassVar[str] = "complaint.leader_named"

    leader_post: str
    leader_id: UUID | None = None
    """Empty where several people hold the post, or nobody."""


class ComplaintInvestigationReported(ComplaintFact):
    """The first investigation's result is there for the superior posts in `routing.posts`."""

    TYPE: ClassVar[str] = "complaint.investigation_reported"

    reported_to: list[str] = Field(default_factory=list)


class ConsultationFact(ComplaintFact):
    """What every fact about a consultation says; the envelope's subject and version are the consultation's."""

    consultation_id: UUID
    coordination: str | None = None
    """Of the pack's care for the tier; empty where a person asked for it."""
    posts: list[str]
    departments: list[str] = Field(default_factory=list)


class ConsultationRequested(ConsultationFact):
    """Posts were asked to meet or to advise."""

    TYPE: ClassVar[str] = "complaint.consultation_requested"

    due_at: datetime | None = None


class ConsultationAnswered(ConsultationFact):
    """One of the posts asked gave the answer: metric `consultation`."""

    TYPE: ClassVar[str] = "complaint.consultation_answered"

    answered_by_post: str


class ConsultationWithdrawn(ConsultationFact):
    """The question needs no answer any more."""

    TYPE: ClassVar[str] = "complaint.consultation_withdrawn"

    reason: str


class ComplaintHoldingReplied(ComplaintFact):
    """The customer was told that more time is needed: metric `holding`; no deadline of ours moved."""

    TYPE: ClassVar[str] = "complaint.holding_replied"

    until: datetime
    count: int
    """In this cycle of the case."""


class ComplaintAcceptanceInvited(ComplaintFact):
    """The customer was invited to accept, or told the result and asked for more: metric `acceptance`."""

    TYPE: ClassVar[str] = "complaint.acceptance_invited"

    is_invited: bool
    """False: told the result and asked for more."""


class ComplaintAccepted(ComplaintFact):
    """The customer accepted the result."""

    TYPE: ClassVar[str] = "complaint.accepted"

    is_tacit: bool
    """By silence, after the pack's time."""


class ComplaintRefused(ComplaintFact):
    """The customer did not accept the result: the case begins a new cycle."""

    TYPE: ClassVar[str] = "complaint.refused"

    is_beyond_limit: bool
    """It was reopened as often as the pack allows: from now on it lies with the pack's post."""


class ComplaintReported(ComplaintFact):
    """The service report was written; `routing.posts` are the level's superior posts: metric `report`."""

    TYPE: ClassVar[str] = "complaint.reported"

    report: str
    """report, summary or periodic."""


class ComplaintExternalAnswered(ComplaintFact):
    """The outside body that sent the case was answered: metric `external_answer`."""

    TYPE: ClassVar[str] = "complaint.external_answered"

    external_source: str | None = None
    external_reference: str | None = None
    """The body's own number; empty where the complainant asked for anonymity."""
    external_deadline_at: datetime | None = None


EVENTS: tuple[type[EventPayload], ...] = (
    ComplaintPraiseRecorded,
    ComplaintSuggestionAdopted,
    ComplaintLeaderNamed,
    ComplaintInvestigationReported,
    ConsultationRequested,
    ConsultationAnswered,
    ConsultationWithdrawn,
    ComplaintHoldingReplied,
    ComplaintAcceptanceInvited,
    ComplaintAccepted,
    ComplaintRefused,
    ComplaintReported,
    ComplaintExternalAnswered,
)
"""Everything in this file that crosses the bus."""
