"""Facts about safety inspections: homes visited, hazards found and resolved; ids, codes and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class CustomerHomeInspected(EventPayload):
    """A home was visited for its safety inspection: entered, nobody there, or refused."""

    TYPE: ClassVar[str] = "customer.home_inspected"

    inspection_id: UUID
    number: str
    customer_id: UUID
    premises_id: UUID | None = None
    order_id: UUID | None = None
    plan_id: UUID | None = None
    outcome: str
    """entered, not_at_home or refused."""
    attempt: int
    is_led: bool = False
    is_exhausted: bool = False
    """The pack asks for no further attempt."""
    hazards_found: int = 0
    tier: str
    visited_at: datetime


class HazardFact(EventPayload):
    """What every fact says of a hazard."""

    hazard_id: UUID
    number: str
    customer_id: UUID
    premises_id: UUID
    equipment_id: UUID | None = None
    inspection_id: UUID | None = None
    order_id: UUID | None = None
    kind: str
    severity: str
    tier: str
    is_gas_stopped: bool
    found_at: datetime


class CustomerHazardFound(HazardFact):
    """A hazard was found; its follow-up runs."""

    TYPE: ClassVar[str] = "customer.hazard_found"


class CustomerHazardUpdated(HazardFact):
    """Told to the customer, gas stopped or given back, re-inspection ordered, withdrawn."""

    TYPE: ClassVar[str] = "customer.hazard_updated"

    act: str
    state: str
    follow_up_order_id: UUID | None = None


class CustomerHazardResolved(HazardFact):
    """The hazard is gone, with proof."""

    TYPE: ClassVar[str] = "customer.hazard_resolved"

    resolved_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    CustomerHomeInspected,
    CustomerHazardFound,
    CustomerHazardUpdated,
    CustomerHazardResolved,
)
"""Everything in this file that crosses the bus."""
