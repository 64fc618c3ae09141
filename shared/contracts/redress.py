"""Facts about redress: what a missed commitment is worth to the customer; ids, codes, amounts and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class RedressFact(EventPayload):
    """What every fact says of one redress, so that a projection may be born from any of them."""

    redress_id: UUID
    complaint_id: UUID
    clock_id: UUID
    """The breached clock; a redress is proposed once for each."""
    metric: str
    commitment: str
    """Code of the pack's commitment that was missed."""
    authority: str
    """Code of the item of delegation by which it is decided."""
    clause: str
    state: str
    amount_fen: int
    """So far."""
    steps: int
    """How many times the amount of the price is counted."""
    tier: str | None = None
    customer_id: UUID | None = None
    authorisation_id: UUID | None = None
    occurred_at: datetime


class RedressProposed(RedressFact):
    """A priced commitment was missed."""

    TYPE: ClassVar[str] = "complaint.redress_proposed"


class RedressRaised(RedressFact):
    """Another period passed unanswered, or the last one did and the amount is final (`state` proposed)."""

    TYPE: ClassVar[str] = "complaint.redress_raised"

    from_fen: int


class RedressSubmitted(RedressFact):
    """It is with the delegation."""

    TYPE: ClassVar[str] = "complaint.redress_submitted"


class RedressApproved(RedressFact):
    """The delegation approved it; the payment is due."""

    TYPE: ClassVar[str] = "complaint.redress_approved"


class RedressRefused(RedressFact):
    """The delegation rejected it, or whoever asked gave it up."""

    TYPE: ClassVar[str] = "complaint.redress_refused"


class RedressPaid(RedressFact):
    """It was paid; the proof is kept with it."""

    TYPE: ClassVar[str] = "complaint.redress_paid"


class RedressWithdrawn(RedressFact):
    """The breach proved wrong before anything was paid."""

    TYPE: ClassVar[str] = "complaint.redress_withdrawn"


EVENTS: tuple[type[EventPayload], ...] = (
    RedressProposed,
    RedressRaised,
    RedressSubmitted,
    RedressApproved,
    RedressRefused,
    RedressPaid,
    RedressWithdrawn,
)
"""Everything in this file that crosses the bus."""
