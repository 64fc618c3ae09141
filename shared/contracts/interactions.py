"""Facts of contacts, supply interruptions, meter readings and card sales: ids, codes, times and amounts only."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class CustomerContactUpdated(EventPayload):
    """More became known of a contact: answered, ended, whose it was, whether it was settled."""

    TYPE: ClassVar[str] = "customer.contact_updated"

    contact_id: UUID
    customer_id: UUID | None = None
    channel: str
    direction: str
    outcome: str
    topic: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ring_seconds: int | None = None
    is_resolved: bool | None = None


class HandOverFact(EventPayload):
    """What every fact says of one hand-over."""

    hand_over_id: UUID
    number: str
    kind: str
    """A code of the pack."""
    state: str
    cycle: int
    tier: str
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    handed_by: UUID | None = None
    """Who asked."""
    occurred_at: datetime


class CustomerHandedOver(HandOverFact):
    """The agent handed a matter to a department, or handed it on after a return."""

    TYPE: ClassVar[str] = "customer.handed_over"


class CustomerHandOverAccepted(HandOverFact):
    """The department took it; somebody owns it."""

    TYPE: ClassVar[str] = "customer.hand_over_accepted"


class CustomerHandOverAnswered(HandOverFact):
    """The department answered."""

    TYPE: ClassVar[str] = "customer.hand_over_answered"


class CustomerHandOverReturned(HandOverFact):
    """It is not the department's; it lies with the desk again."""

    TYPE: ClassVar[str] = "customer.hand_over_returned"


class ShiftHandOverFact(EventPayload):
    """What every fact says of one hand-over between shifts (交接班); it assigns nothing by itself."""

    shift_hand_over_id: UUID
    number: str
    state: str
    handed_by: UUID
    to_staff_id: UUID | None = None
    """Null: whoever of the post comes on."""
    open_work: int
    """How many open matters it names."""
    occurred_at: datetime


class CustomerShiftHandedOver(ShiftHandOverFact):
    """Somebody went off and left a note for whoever comes."""

    TYPE: ClassVar[str] = "customer.shift_handed_over"


class CustomerShiftOpenWorkAttached(ShiftHandOverFact):
    """The leaver added what lies open with them."""

    TYPE: ClassVar[str] = "customer.shift_open_work_attached"


class CustomerShiftTakenOver(ShiftHandOverFact):
    """Whoever came on has read it and takes the shift."""

    TYPE: ClassVar[str] = "customer.shift_taken_over"

    taken_over_by: UUID


class NoticeSlipFact(EventPayload):
    """What every fact says of one notice (通知单) to a customer."""

    notice_id: UUID
    number: str
    customer_id: UUID
    kind: str
    state: str
    tier: str
    order_id: UUID | None = None
    occurred_at: datetime


class CustomerNoticeIssued(NoticeSlipFact):
    """It was issued and waits for delivery."""

    TYPE: ClassVar[str] = "customer.notice_issued"


class CustomerNoticeDelivered(NoticeSlipFact):
    """It reached the customer."""

    TYPE: ClassVar[str] = "customer.notice_delivered"

    delivery: str


class CustomerNoticeWithdrawn(NoticeSlipFact):
    """It stands no more."""

    TYPE: ClassVar[str] = "customer.notice_withdrawn"


class StandardAnswerFact(EventPayload):
    """What every fact says of one revision of a standard answer."""

    answer_id: UUID
    code: str
    revision: int
    topic: str
    state: str
    valid_from: date
    valid_until: date | None = None


class CustomerStandardAnswerDrafted(StandardAnswerFact):
    """A revision was written."""

    TYPE: ClassVar[str] = "customer.standard_answer_drafted"


class CustomerStandardAnswerApproved(StandardAnswerFact):
    """The office lets it be used."""

    TYPE: ClassVar[str] = "customer.standard_answer_approved"


class CustomerStandardAnswerRetired(StandardAnswerFact):
    """It is used no more."""

    TYPE: ClassVar[str] = "customer.standard_answer_retired"


class InterruptionFact(EventPayload):
    """What every fact says of one interruption of supply."""

    interruption_id: UUID
    number: str
    kind: str
    """planned or unplanned."""
    cause: str
    state: str
    customers: int
    """How many it takes the gas from, once that is fixed."""
    special_customers: int
    planned_from: datetime | None = None
    expected_until: datetime | None = None
    occurred_at: datetime


class CustomerInterruptionPlanned(InterruptionFact):
    """An interruption is planned; the customers are to be told in time."""

    TYPE: ClassVar[str] = "customer.interruption_planned"


class CustomerInterruptionAnnounced(InterruptionFact):
    """The customers were told."""

    TYPE: ClassVar[str] = "customer.interruption_announced"

    notice_channels: list[str] = Field(default_factory=list)


class CustomerInterruptionStarted(InterruptionFact):
    """The gas went off."""

    TYPE: ClassVar[str] = "customer.interruption_started"


class CustomerInterruptionRestored(InterruptionFact):
    """All customers have gas again."""

    TYPE: ClassVar[str] = "customer.interruption_restored"


class CustomerInterruptionCancelled(InterruptionFact):
    """It will not take place."""

    TYPE: ClassVar[str] = "customer.interruption_cancelled"


class CustomerMeterRead(EventPayload):
    """A meter was read."""

    TYPE: ClassVar[str] = "customer.meter_read"

    reading_id: UUID
    customer_id: UUID
    meter_id: UUID
    method: str
    read_on: date
    usage_m3: float | None = None
    """Since the reading before; null for the first."""
    daily_m3: float | None = None
    flags: list[str] = Field(default_factory=list)
    order_id: UUID | None = None
    corrects_id: UUID | None = None


class CustomerCardGasSold(EventPayload):
    """Gas was sold to a card."""

    TYPE: ClassVar[str] = "customer.card_gas_sold"

    sale_id: UUID
    number: str
    customer_id: UUID
    meter_id: UUID
    volume_m3: float
    amount_fen: int
    payment: str
    sold_at: datetime
    order_id: UUID | None = None
    corrects_id: UUID | None = None


EVENTS: tuple[type[EventPayload], ...] = (
    CustomerContactUpdated,
    CustomerHandedOver,
    CustomerHandOverAccepted,
    CustomerHandOverAnswered,
    CustomerHandOverReturned,
    CustomerShiftHandedOver,
    CustomerShiftOpenWorkAttached,
    CustomerShiftTakenOver,
    CustomerNoticeIssued,
    CustomerNoticeDelivered,
    CustomerNoticeWithdrawn,
    CustomerStandardAnswerDrafted,
    CustomerStandardAnswerApproved,
    CustomerStandardAnswerRetired,
    CustomerInterruptionPlanned,
    CustomerInterruptionAnnounced,
    CustomerInterruptionStarted,
    CustomerInterruptionRestored,
    CustomerInterruptionCancelled,
    CustomerMeterRead,
    CustomerCardGasSold,
)
"""Everything in this file that crosses the bus."""
