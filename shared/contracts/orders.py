"""Facts about service orders (工单) from request to close; ids, codes and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class OrderFact(EventPayload):
    """What every fact says of one order, so that a projection may be born from any of them."""

    order_id: UUID
    number: str
    work: str
    """The kind of work, a code of the pack."""
    state: str
    tier: str
    party: str | None = None
    place: str | None = None
    customer_id: UUID | None = None
    """Nobody for an alarm from the street."""
    premises_id: UUID | None = None
    is_emergency: bool = False
    is_priority: bool = False
    origin: str
    """request, authority, plan, follow_up, filed_afterwards or interruption."""
    origin_id: UUID | None = None
    channel: str
    staff_ids: list[UUID] = Field(default_factory=list)
    requested_at: datetime
    occurred_at: datetime
    """When it happened, which may be before it was recorded."""


class OrderOpened(OrderFact):
    """An order was taken in; its promises run."""

    TYPE: ClassVar[str] = "customer.order_opened"


class OrderAppointed(OrderFact):
    """A time was agreed with the customer."""

    TYPE: ClassVar[str] = "customer.order_appointed"

    appointment_from: datetime
    appointment_until: datetime


class OrderDispatched(OrderFact):
    """Somebody was sent, or somebody else."""

    TYPE: ClassVar[str] = "customer.order_dispatched"

    is_emergency_crew: bool = False
    """The crews were full: the emergency crew was drawn on."""
    full_team: str | None = None


class OrderArrived(OrderFact):
    """The crew is on site."""

    TYPE: ClassVar[str] = "customer.order_arrived"


class OrderEntered(OrderFact):
    """The home was entered."""

    TYPE: ClassVar[str] = "customer.order_entered"

    is_repeat_entry: bool
    """It had been entered for the same kind of work within the pack's window."""
    repeat_of_id: UUID | None = None


class OrderAttended(OrderFact):
    """Leaders were at the scene."""

    TYPE: ClassVar[str] = "customer.order_attended"

    posts: list[str]
    missing_posts: list[str] = Field(default_factory=list)


class OrderUpdated(OrderFact):
    """Anything else was done to the order."""

    TYPE: ClassVar[str] = "customer.order_updated"

    act: str


class OrderConfirmed(OrderFact):
    """The customer confirmed the work."""

    TYPE: ClassVar[str] = "customer.order_confirmed"


class OrderAccepted(OrderFact):
    """The customer accepted what was done."""

    TYPE: ClassVar[str] = "customer.order_accepted"


class OrderReported(OrderFact):
    """The service report, or the summary, was made."""

    TYPE: ClassVar[str] = "customer.order_reported"


class OrderClosed(OrderFact):
    """Nothing is left to do."""

    TYPE: ClassVar[str] = "customer.order_closed"


class OrderCancelled(OrderFact):
    """The work will not be done."""

    TYPE: ClassVar[str] = "customer.order_cancelled"

    reason: str


class StreetOrderCompleted(OrderFact):
    """Work for no known customer is done; there is nobody to call back."""

    TYPE: ClassVar[str] = "customer.street_order_completed"

    completed_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    OrderOpened,
    OrderAppointed,
    OrderDispatched,
    OrderArrived,
    OrderEntered,
    OrderAttended,
    OrderUpdated,
    OrderConfirmed,
    OrderAccepted,
    OrderReported,
    OrderClosed,
    OrderCancelled,
    StreetOrderCompleted,
)
"""Everything in this file that crosses the bus."""
