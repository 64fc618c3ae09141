"""Bodies of the hotline: a call, what follows from it, and how each step ended."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from gateway.desk.customer_schemas import CustomerView
from gateway.desk.steps import Step
from gateway.parts import Part
from shared.http.base_model import ApiModel, Code, LongText, ShortText

PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class CallChannel(StrEnum):
    """How the customer reached the company."""

    HOTLINE = "hotline"
    COUNTER = "counter"
    ONLINE = "online"


class CallDirection(StrEnum):
    """Who began."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallComplainant(ApiModel):
    """How to reach a complainant who is not the customer."""

    name: ShortText | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=25)] | None = None


class CallComplaint(ApiModel):
    """The case to be opened for this call; channel and customer are the call's where they are left out."""

    category: Code
    summary: ShortText
    description: LongText | None = None
    kind: Literal["complaint", "suggestion", "opinion", "praise"] = "complaint"
    channel: Code | None = None
    customer_id: UUID | None = None
    complainant: CallComplainant | None = None
    """Only where the complainant is not the customer."""
    is_anonymous: bool = False
    circumstances: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    affected_customers: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    occurred_at: AwareDatetime | None = None
    """Only when it is entered afterwards; the promise runs from then, as far back as the pack allows."""
    external_reference: ShortText | None = None


class CallOrder(ApiModel):
    """The service order to be taken for this call; channel and customer are the call's where they are left out."""

    work: Code
    summary: ShortText
    channel: Code | None = None
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    """Empty: the customer's primary premises."""
    meter_id: UUID | None = None
    place: Code | None = None
    details: Annotated[dict[Code, Any], Field(max_length=40)] = Field(default_factory=dict)
    """What the pack's form for this kind of work asks."""
    is_priority: bool = False
    appointment_from: AwareDatetime | None = None
    appointment_until: AwareDatetime | None = None
    alarm_at: AwareDatetime | None = None
    requested_at: AwareDatetime | None = None
    """Only when it is entered afterwards."""


class HotlineCallCreate(ApiModel):
    """A call that comes in, as the telephone system or the agent reports it."""

    started_at: AwareDatetime
    """When it began to ring; a resent report says the same."""
    phone: PhoneText | None = None
    """Null where the number is withheld."""
    customer_id: UUID | None = None
    """Only when the agent knows; otherwise the telephone decides."""
    channel: CallChannel = CallChannel.HOTLINE
    direction: CallDirection = CallDirection.INBOUND
    line: ShortText | None = None
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    ring_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    topic: Code | None = None
    summary: LongText | None = None
    recording: ShortText | None = None
    complaint: CallComplaint | None = None
    order: CallOrder | None = None
    standard_answer_id: UUID | None = None
    """The canned answer that was given. What follows from the call: at most one of the three."""

    @model_validator(mode="after")
    def _leads_to_one(self) -> Self:
        if sum(one is not None for one in (self.complaint, self.order, self.standard_answer_id)) > 1:
            raise ValueError("complaint、order、standard_answer_id 只能给出一项")
        return self


class Resume(ApiModel):
    """How to have done what is missing."""

    idempotency_key: str
    """The same as before."""
    missing: list[str]
    """Names of the steps."""
    advice: str


class HotlineCall(ApiModel):
    """What became of the record and of what follows from it, and who is calling."""

    steps: list[Step]
    is_complete: bool
    """Whether every step is done."""
    resume: Resume | None
    """Null when it is complete."""
    candidates: Part
    """Who has the telephone, as `/v1/customers` answers."""
    view: CustomerView | None
    """Only where exactly one customer is meant."""
    as_of: datetime
