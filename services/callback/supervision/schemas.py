"""Bodies and answers of the interface to supervision centres."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import Arrival, SupervisionState
from services.callback.supervision.service.receiving import Received
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Reference = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9._/-]{1,80}$")]


class SupervisionArrival(ApiModel):
    """What a centre sends."""

    source: Code
    reference: Reference
    """The centre's own: a second arrival finds the same opinion."""
    kind: Code
    words: LongText
    deadline_at: AwareDatetime | None = None
    """By when the centre wants the answer; without it the pack's limit for the source."""
    department: Code | None = None
    """Which answers; without it that of the source."""
    customer_id: UUID | None = None
    case_type: Code | None = None
    """complaint, order or callback: what it is about."""
    case_id: UUID | None = None

    def arrival(self) -> Arrival:
        """Without its form."""
        return Arrival(**self.model_dump())


class SupervisionReceipt(ApiModel):
    """That an opinion was taken in: what the centre keeps."""

    id: UUID
    number: str
    source: str
    reference: str
    received_at: AwareDatetime
    deadline_at: AwareDatetime | None
    is_repeated: bool
    """Whether the reference had arrived before; what the first said stands."""
    version: int

    @classmethod
    def of(cls, received: Received) -> Self:
        """Of an arrival."""
        row = received.row
        return cls(
            id=row.id,
            number=row.number,
            source=row.source,
            reference=row.reference,
            received_at=row.received_at,
            deadline_at=row.external_deadline_at,
            is_repeated=received.is_repeated,
            version=row.version,
        )


class SupervisionReply(ApiModel):
    """What the centre gets of its own opinion: the answer once it is sent; no draft, no colleague, no customer."""

    id: UUID
    number: str
    source: str
    reference: str
    is_answered: bool
    received_at: AwareDatetime
    external_deadline_at: AwareDatetime | None
    answer: str | None
    answered_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    receipt: str | None
    version: int

    @classmethod
    def of(cls, row: SupervisionOpinionRow) -> Self:
        """Of an opinion."""
        return cls(
            id=row.id,
            number=row.number,
            source=row.source,
            reference=row.reference,
            is_answered=row.answered_at is not None,
            received_at=row.received_at,
            external_deadline_at=row.external_deadline_at,
            answer=row.answer,
            answered_at=row.answered_at,
            delivered_at=row.delivered_at,
            receipt=row.receipt,
            version=row.version,
        )


class SupervisionAssignment(ApiModel):
    """To which department."""

    department: Code


class SupervisionDraft(ApiModel):
    """The department's answer."""

    answer: LongText


class SupervisionReturn(ApiModel):
    """Why the office wants a better one."""

    reason: LongText


class SupervisionAnswer(ApiModel):
    """The answer that goes out; without it the department's."""

    answer: LongText | None = None


class SupervisionDelivery(ApiModel):
    """The centre's acknowledgement."""

    receipt: ShortText | None = None


class SupervisionComplaint(ApiModel):
    """Whose complaint it is, where the opinion does not say."""

    customer_id: UUID | None = None


class SupervisionOpinion(ApiModel):
    """One opinion from outside; its words through their own door."""

    id: UUID
    company: str
    number: str
    source: str
    reference: str
    kind: str
    state: SupervisionState
    arrivals: int
    last_arrived_at: AwareDatetime
    differed_at: AwareDatetime | None
    """When the same reference last arrived with something else."""
    received_by: UUID
    received_at: AwareDatetime
    external_deadline_at: AwareDatetime | None
    customer_id: UUID | None
    tier: str | None
    case_type: str | None
    case_id: UUID | None
    department: str
    posts: list[str]
    draft: str | None
    drafted_by: UUID | None
    drafted_at: AwareDatetime | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    answer: str | None
    answered_by: UUID | None
    answered_at: AwareDatetime | None
    is_on_time: bool | None
    delivered_by: UUID | None
    delivered_at: AwareDatetime | None
    receipt: str | None
    complaint_event_id: UUID | None
    complaint_id: UUID | None
    complaint_number: str | None
    matter_id: UUID
    policy_pack: str
    policy_version: str
    version: int


class SupervisionOpinionPage(Page[SupervisionOpinion]):
    """One page of opinions from outside, newest first."""


class SupervisionWords(ApiModel):
    """As they came."""

    id: UUID
    words: str | None
