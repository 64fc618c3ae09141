"""What is known of an order when it is taken in, and what the steps say: plain dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.customer.orders.rules.states import OrderOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTaken:
    """An order as it is taken in, by whatever door."""

    company: str
    work: str
    summary: str
    channel: str
    channel_reference: str | None = None
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    meter_id: UUID | None = None
    contract_id: UUID | None = None
    place: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """The work's own data, by its form (`rules.details`)."""
    is_priority: bool = False
    origin: OrderOrigin = OrderOrigin.REQUEST
    origin_id: UUID | None = None
    requested_at: datetime | None = None
    """When the customer asked; empty: now."""
    appointment_from: datetime | None = None
    appointment_until: datetime | None = None
    ready_at: datetime | None = None
    department_order_at: datetime | None = None
    alarm_at: datetime | None = None
    """Empty for an emergency: the receipt."""
    contract_due_at: datetime | None = None
    """Empty with `contract_id`: the contract's own due date."""
    period_from: datetime | None = None
    period_until: datetime | None = None
    """Both for work that is due in a period; empty: the civil month of the receipt, by the pack's months."""
    authority_due_at: datetime | None = None
    """The limit that an authorisation gave the order."""
    owner_id: UUID | None = None
    team: str | None = None
    department: str | None = None
    """Empty: the department of the kind of work."""
    matter_id: UUID | None = None
    """Of the case that this order follows from; empty: the order is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchTo:
    """Whom an order is given to."""

    assigned_ids: tuple[UUID, ...] = ()
    team: str | None = None
    led_by_ids: tuple[UUID, ...] = ()
    arranged_by_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What is said when the work is done."""

    result: Mapping[str, Any] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    present_ids: tuple[UUID, ...] = ()
    attendance_missed_reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledAfterwards:
    """Work that was done without an order, as it is filed."""

    authorisation_id: UUID
    summary: str
    performed_at: datetime
    completed_at: datetime
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    meter_id: UUID | None = None
    place: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    assigned_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are listed."""

    customer_id: UUID | None = None
    premises_id: UUID | None = None
    state: str | None = None
    work: str | None = None
    team: str | None = None
    number: str | None = None
    origin_id: UUID | None = None
    is_emergency: bool | None = None
