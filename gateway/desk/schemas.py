"""Bodies of the front desk and the hotline."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from gateway.parts import Part
from shared.contracts.work import WorkEntry
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.problems import Problem

PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]


class Lookup(ApiModel):
    """Who is looked for: exactly one of phone, q, number and meter.

    One model instead of six parameters: FastAPI validates it at once, and look-ups are what a caller waits for.
    """

    phone: Annotated[str | SkipJsonSchema[None], Field(max_length=40, description="完整号码或后四位")] = None
    q: Annotated[str | SkipJsonSchema[None], Field(max_length=100, description="名称或地址片段，至少两个文字")] = None
    number: Annotated[str | SkipJsonSchema[None], Field(max_length=40, description="客户编号")] = None
    meter: Annotated[str | SkipJsonSchema[None], Field(max_length=40, description="表号")] = None
    limit: Annotated[int, Field(ge=1, le=50, description="每页条数")] = 20
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2048, description="上一页的 next_cursor")] = None


class Candidates(ApiModel):
    """Who it may be, best first, masked as `/v1/customers` answers."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    """To be sent as `cursor` for more."""


class CustomerParts(ApiModel):
    """What the services know of one customer."""

    customer: Part
    """`/v1/customers/{id}`."""
    tier: Part
    """`/v1/customers/{id}/tier`."""
    complaints: Part
    """The open cases with their clocks: `items`, and `is_complete`."""
    contacts: Part
    """The newest contacts."""
    callbacks: Part
    """Callbacks about this customer among the caller's work: `items`, and `is_complete`."""
    inspections: Part
    """Findings and notices about this customer among the caller's work: `items`, and `is_complete`."""


class CustomerView(ApiModel):
    """One customer, put together for whoever serves them."""

    customer_id: UUID
    is_complete: bool
    """Whether every part is ok."""
    parts: CustomerParts


class QueueEntry(WorkEntry):
    """One thing the caller must do, with whose it is."""

    service: str
    customer_number: str | None = None
    customer_name: str | None = None
    """Masked; null where there is no customer or the name cannot be had now."""


class UnavailableService(ApiModel):
    """A service whose entries are missing."""

    service: str
    problem: Problem


class Queue(ApiModel):
    """What the caller must do, by deadline, tier and age, over all services."""

    items: list[QueueEntry]
    next_cursor: str | None
    unavailable: list[UnavailableService]
    """Services that gave nothing now; what they hold follows on a later page, once they answer."""


class CallChannel(StrEnum):
    """How the customer reached the company."""

    HOTLINE = "hotline"
    COUNTER = "counter"
    ONLINE = "online"


class CallDirection(StrEnum):
    """Who began."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


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


class StepStatus(StrEnum):
    """How one step of a composite write ended."""

    DONE = "done"
    REPLAYED = "replayed"
    """It was done by an earlier request with this key."""
    FAILED = "failed"
    """Send the whole request again with the same key: steps that are done stay done."""


class Step(ApiModel):
    """One step of a composite write."""

    name: str
    status: StepStatus
    resource: str | None
    """Address of what it made."""
    problem: Problem | None


class HotlineCall(ApiModel):
    """What became of the record, and who is calling."""

    steps: list[Step]
    candidates: Part
    """Who has the telephone, as `/v1/customers` answers."""
    view: CustomerView | None
    """Only where exactly one customer is meant."""
    as_of: datetime
