"""Facts about the quality of calls and about opinions of supervision centres: ids, codes, points and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload
from shared.contracts.calls import CallbackDissatisfied


class CallReviewFact(EventPayload):
    """What every fact about a review of a call says of it."""

    review_id: UUID
    number: str
    callback_id: UUID
    caller_id: UUID
    """Whose call it was."""
    month: str
    """Of the call, such as `2026-11`."""
    mode: str
    """listening or recall."""
    occurred_at: datetime


class CallReviewed(CallReviewFact):
    """A call was reviewed, or its score settled anew; the last one stands."""

    TYPE: ClassVar[str] = "callback.call_reviewed"

    cause: str
    """reviewed, calibrated, agreed or disputed."""
    reviewed_by: UUID
    card: str
    card_version: int
    points: int
    out_of: int
    """The score, exactly: points of so many."""
    is_fatal: bool
    is_standing: bool
    """Whether it counts for the caller's month."""


class CallDisputeDecided(CallReviewFact):
    """The caller's dispute was decided: the score was kept or amended."""

    TYPE: ClassVar[str] = "callback.dispute_decided"

    dispute_id: UUID
    is_amended: bool
    decided_by: UUID
    points: int
    out_of: int
    is_fatal: bool
    is_on_time: bool | None = None


class CallbackFalsified(CallReviewFact):
    """A second person found the callback falsified: a penalty may be proposed; the customer is called anew."""

    TYPE: ClassVar[str] = "callback.falsified"

    falsification_id: UUID
    reasons: list[str] = Field(default_factory=list)
    """In what the customer contradicted, codes of the pack."""
    clause: str
    proposed_by: UUID
    confirmed_by: UUID
    subject_type: str
    """order, complaint, account or customer: what the callback was about."""
    subject_id: UUID
    customer_id: UUID
    again_callback_id: UUID
    """The callback by which the customer is really heard."""


class SupervisionFact(EventPayload):
    """What every fact about an opinion of a supervision centre says of it."""

    supervision_opinion_id: UUID
    number: str
    source: str
    reference: str
    """The centre's own."""
    kind: str
    state: str
    department: str
    customer_id: UUID | None = None
    tier: str | None = None
    external_deadline_at: datetime | None = None
    occurred_at: datetime


class SupervisionReceived(SupervisionFact):
    """An opinion arrived from outside, once per reference."""

    TYPE: ClassVar[str] = "callback.supervision_received"


class SupervisionAnswered(SupervisionFact):
    """The office sent the answer out: the centre fetches it by its reference; the text stays with the opinion."""

    TYPE: ClassVar[str] = "callback.supervision_answered"

    is_on_time: bool | None = None
    """Within the centre's deadline; null where none is set."""


class SupervisionDelivered(SupervisionFact):
    """The centre has the answer."""

    TYPE: ClassVar[str] = "callback.supervision_delivered"


class SupervisionComplained(CallbackDissatisfied):
    """An opinion from outside is a complaint: heard like a dissatisfied customer; `callback_id` is the opinion's id."""

    TYPE: ClassVar[str] = "callback.supervision_complained"


EVENTS: tuple[type[EventPayload], ...] = (
    CallReviewed,
    CallDisputeDecided,
    CallbackFalsified,
    SupervisionReceived,
    SupervisionAnswered,
    SupervisionDelivered,
    SupervisionComplained,
)
"""Everything in this file that crosses the bus."""
