"""Facts that customer owns: thin, whole state where it is state, no personal data."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class CustomerState(EventPayload):
    """What others may keep of a customer; every such fact carries all of it."""

    customer_id: UUID
    number: str
    """The customer's own number (户号)."""
    kind: str
    """residential, commercial or industrial."""
    customer_class: str
    """a (residential) or b (commercial and industrial)."""
    party: str
    """individual, unit or group."""
    standing: str
    """active, suspended, closed, merged or withdrawn."""
    tier: str
    """The tier in force, a code of the company's pack."""
    tags: list[str] = Field(default_factory=list)
    district: str | None = None
    account_manager_id: UUID | None = None


class CustomerRegistered(CustomerState):
    """A customer entered the registry."""

    TYPE: ClassVar[str] = "customer.registered"


class CustomerUpdated(CustomerState):
    """Something about the customer changed; the payload is the whole state after it."""

    TYPE: ClassVar[str] = "customer.updated"


class CustomerTierChanged(EventPayload):
    """The tier in force changed, by rule, review or confirmation of a run."""

    TYPE: ClassVar[str] = "customer.tier_changed"

    customer_id: UUID
    from_tier: str | None = None
    to_tier: str
    effective_at: datetime
    policy_version: str
    rule: str | None = None
    """The tier rule that decided; empty when a person did."""
    kind: str | None = None
    customer_class: str | None = None
    party: str | None = None
    standing: str | None = None


class CustomerMerged(EventPayload):
    """Two rows were the same customer; consumers keep an alias from one to the other and rewrite nothing."""

    TYPE: ClassVar[str] = "customer.merged"

    customer_id: UUID
    """The row that ended."""
    into_customer_id: UUID
    """The row that stays."""
    merged_at: datetime


class CustomerErased(EventPayload):
    """Personal columns of the customer were blanked; copies elsewhere must follow."""

    TYPE: ClassVar[str] = "customer.erased"

    customer_id: UUID
    erased_at: datetime


class CustomerContactRecorded(EventPayload):
    """A call or another contact was recorded."""

    TYPE: ClassVar[str] = "customer.contact_recorded"

    contact_id: UUID
    customer_id: UUID | None = None
    """Set when exactly one customer was recognised."""
    channel: str
    direction: str
    outcome: str
    staff_id: UUID | None = None
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ring_seconds: int | None = None
    topic: str | None = None


class CustomerOrderCompleted(EventPayload):
    """A service order was completed; callback draws its sample from these."""

    TYPE: ClassVar[str] = "customer.order_completed"

    order_id: UUID
    number: str
    customer_id: UUID
    work: str
    """The kind of work, a code of the pack."""
    completed_at: datetime
    tier: str | None = None
    staff_ids: list[UUID] = Field(default_factory=list)
    party: str | None = None
    place: str | None = None
    premises_id: UUID | None = None
    is_emergency: bool = False
    is_emergency_crew: bool = False
    is_repeat_entry: bool = False
    origin: str = "request"
    """request, authority, plan, follow_up, filed_afterwards or interruption."""
    origin_id: UUID | None = None
    """The authorisation, plan … that the order came from: its owner reads here that the work is done."""
    requested_at: datetime | None = None
    arrived_at: datetime | None = None
    is_late_attendance: bool = False
    """Leaders who had to come were not there."""


EVENTS: tuple[type[EventPayload], ...] = (
    CustomerRegistered,
    CustomerUpdated,
    CustomerTierChanged,
    CustomerMerged,
    CustomerErased,
    CustomerContactRecorded,
    CustomerOrderCompleted,
)
"""Everything in this file that crosses the bus."""
