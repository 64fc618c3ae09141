"""Facts about callbacks and opinions besides `callback.completed`: ids, codes and times; never the customer's words."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class CallbackFact(EventPayload):
    """What every fact about a callback says of it."""

    callback_id: UUID
    number: str
    business: str
    """The kind of business that was called back, a code of the pack."""
    tier: str
    subject_type: str
    """order, complaint, account or customer."""
    subject_id: UUID
    cycle: int | None = None
    customer_id: UUID
    occurred_at: datetime


class CallbackDrawn(CallbackFact):
    """An event was drawn: somebody of the queue calls within the window."""

    TYPE: ClassVar[str] = "callback.drawn"

    queue: str
    position: int
    """The event's number in its stratum."""
    earliest_at: datetime
    latest_at: datetime


class CallbackMissed(CallbackFact):
    """The window passed without a finished call."""

    TYPE: ClassVar[str] = "callback.missed"

    latest_at: datetime
    attempts: int


class CallbackFollowed(CallbackFact):
    """What every consequence says; the envelope's subject is the consequence, `called_by` heard the customer."""

    consequence_id: UUID
    called_by: UUID


class CallbackDissatisfied(CallbackFollowed):
    """The customer is not satisfied: the case is opened again, or one is opened; the words stay with the callback."""

    TYPE: ClassVar[str] = "callback.dissatisfied"

    reasons: list[str] = Field(default_factory=list)
    score: int | None = None
    category: str
    """Of a case that is to be opened, a code of the complaint chapter."""


class CallbackPraised(CallbackFollowed):
    """The customer praised staff: a reward may be proposed."""

    TYPE: ClassVar[str] = "callback.praised"

    staff_ids: list[UUID] = Field(default_factory=list)
    department: str | None = None
    """A whole department that was praised."""


class CallbackWrongNumberFound(CallbackFollowed):
    """The number in the registry is not the customer's: an error of entry."""

    TYPE: ClassVar[str] = "callback.wrong_number_found"


class CallbackNeedFound(CallbackFollowed):
    """The customer needs something else: a lead for the department."""

    TYPE: ClassVar[str] = "callback.need_found"

    need: str
    """A code of the pack."""
    department: str


class OpinionFact(EventPayload):
    """What every fact about an opinion says of it."""

    opinion_id: UUID
    number: str
    kind: str
    """suggestion or opinion."""
    source: str
    """Where it was taken in, such as `callback`."""
    source_id: UUID | None = None
    state: str
    customer_id: UUID | None = None
    tier: str | None = None
    department: str
    occurred_at: datetime


class OpinionReceived(OpinionFact):
    """A department has an opinion to answer."""

    TYPE: ClassVar[str] = "callback.opinion_received"


class OpinionAnswered(OpinionFact):
    """The department answered."""

    TYPE: ClassVar[str] = "callback.opinion_answered"

    is_on_time: bool | None = None


class OpinionTold(OpinionFact):
    """The customer was told the answer."""

    TYPE: ClassVar[str] = "callback.opinion_told"


EVENTS: tuple[type[EventPayload], ...] = (
    CallbackDrawn,
    CallbackMissed,
    CallbackDissatisfied,
    CallbackPraised,
    CallbackWrongNumberFound,
    CallbackNeedFound,
    OpinionReceived,
    OpinionAnswered,
    OpinionTold,
)
"""Everything in this file that crosses the bus."""
