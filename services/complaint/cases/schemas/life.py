"""What the steps beside the handling ask for and show: acceptance, report, holding, outside answers, consultations."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.complaint.cases.schemas.handling import Occurred
from shared.http.base_model import ApiModel, Code, LongText


class ComplaintInvite(Occurred):
    """The customer was invited to accept, or told the result and asked for more."""


class ComplaintAccept(Occurred):
    """The customer accepts the result."""

    is_tacit: bool = False
    """By silence, after the pack's time since the invitation."""


class ComplaintRefuse(ApiModel):
    """The customer does not accept the result."""

    reason: LongText
    occurred_at: datetime | None = None


class ComplaintReport(ApiModel):
    """The service report of the case."""

    text: LongText
    occurred_at: datetime | None = None


class ComplaintHoldingReply(Occurred):
    """The customer was told that more time is needed."""

    until: AwareDatetime
    """When the customer hears again."""


class ComplaintAnswerExternal(Occurred):
    """The outside body was answered."""

    answer: LongText


class ConsultationState(StrEnum):
    """Where a consultation stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ConsultationCreate(ApiModel):
    """A question to posts, departments, or those whom the pack's care for the tier names."""

    coordination: Code | None = None
    """A code of the care for the case's tier, such as `meeting` or `experts`."""
    posts: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    departments: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    """Asked by their heads."""
    question: LongText


class ConsultationAnswer(ApiModel):
    """What was advised or agreed."""

    answer: LongText
    occurred_at: datetime | None = None


class Consultation(ApiModel):
    """One consultation of a case."""

    id: UUID
    company: str
    complaint_id: UUID
    cycle: int
    coordination: str | None
    state: ConsultationState
    question: str
    posts: list[str]
    departments: list[str]
    requested_by: UUID | None
    """Null: the pack asked together with the case."""
    requested_at: datetime
    due_at: datetime | None
    answer: str | None
    answered_by: UUID | None
    answered_post: str | None
    answered_at: datetime | None
    version: int


class Consultations(ApiModel):
    """What was asked in a case, oldest first."""

    items: list[Consultation]


class ComplaintCallback(ApiModel):
    """A callback that found the customer dissatisfied; the words are read at `/v1/callbacks/{id}/words`."""

    callback_id: UUID
    callback_number: str
    complaint_id: UUID
    cycle: int
    """The cycle that began with it."""
    effect: str
    """reopened; passed_on to the pack's post; opened; joined to a case that was open anyway."""
    called_by: UUID
    reasons: list[str]
    heard_at: AwareDatetime


class ComplaintCallbacks(ApiModel):
    """The callbacks that led to a case or its cycles, first to last."""

    items: list[ComplaintCallback]
