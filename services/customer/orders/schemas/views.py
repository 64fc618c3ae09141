"""The order as it is answered."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, JsonValue

from services.customer.orders.rules.states import OrderOrigin, OrderState
from services.customer.orders.service.reading import ShownOrder
from shared.http.base_model import ApiModel
from shared.http.page import Page
from shared.sla.views import ClockView


class OrderEntry(ApiModel):
    """An order in a list."""

    id: UUID
    company: str
    number: str
    customer_id: UUID | None
    premises_id: UUID | None
    work: str
    place: str | None
    state: OrderState
    tier: str
    tier_rank: int
    party: str | None
    is_emergency: bool
    is_priority: bool
    is_emergency_crew: bool
    is_repeat_entry: bool
    channel: str
    channel_reference: str | None
    origin: OrderOrigin
    origin_id: UUID | None
    summary: str
    due_at: AwareDatetime | None
    """The earliest deadline that still runs."""
    requested_at: AwareDatetime
    appointment_from: AwareDatetime | None
    appointment_until: AwareDatetime | None
    owner_id: UUID | None
    assigned_ids: list[UUID]
    team: str | None
    department: str | None
    matter_id: UUID
    version: int


class OrderPage(Page[OrderEntry]):
    """One page of orders."""


class OrderDemands(ApiModel):
    """What the promises ask of people and of the work."""

    performed_by: list[str]
    led_by: list[str]
    """Posts, each of which must be at the scene."""
    arranged_by: list[str]
    to_be_done: list[str]
    stages_left: list[str]
    """What is missing before the order can be closed."""


class ServiceOrder(OrderEntry):
    """One order whole, with its clocks and what its promises ask."""

    meter_id: UUID | None
    contract_id: UUID | None
    details: dict[str, JsonValue]
    result: dict[str, JsonValue]
    done: list[str]
    acknowledged_at: AwareDatetime | None
    ready_at: AwareDatetime | None
    department_order_at: AwareDatetime | None
    alarm_at: AwareDatetime | None
    contract_due_at: AwareDatetime | None
    period_from: AwareDatetime | None
    period_until: AwareDatetime | None
    impeded_at: AwareDatetime | None
    solution_named_at: AwareDatetime | None
    solution_due_at: AwareDatetime | None
    dispatched_at: AwareDatetime | None
    arrived_at: AwareDatetime | None
    entered_at: AwareDatetime | None
    started_at: AwareDatetime | None
    attended_at: AwareDatetime | None
    progress_told_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    confirmed_at: AwareDatetime | None
    acceptance_invited_at: AwareDatetime | None
    accepted_at: AwareDatetime | None
    reported_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    cancelled_at: AwareDatetime | None
    cancel_reason: str | None
    pause_reason: str | None
    paused_until: AwareDatetime | None
    repeat_of_id: UUID | None
    led_by_ids: list[UUID]
    arranged_by_id: UUID | None
    attended_posts: list[str]
    policy_pack: str
    policy_version: str
    opened_by: str
    demands: OrderDemands
    clocks: list[ClockView]

    @classmethod
    def of(cls, shown: ShownOrder) -> "ServiceOrder":
        """The view of a shown order."""
        row = shown.row
        own: dict[str, Any] = {
            name: getattr(row, name) for name in cls.model_fields if name not in ("demands", "clocks")
        }
        return cls(**own, demands=OrderDemands.model_validate(shown.demands), clocks=shown.clocks)


class OrderAct(ApiModel):
    """One thing done to an order."""

    id: UUID
    act: str
    at: AwareDatetime
    recorded_at: AwareDatetime
    actor: str
    from_state: str | None
    to_state: str
    reason: str | None
    said: dict[str, JsonValue]


class OrderActs(ApiModel):
    """What was done to an order, in the order of its recording."""

    items: list[OrderAct]


class OrderContactGrant(ApiModel):
    """To be presented to the customer's reveal within a minute."""

    grant: str
    customer_id: UUID


class AuthorityWork(ApiModel):
    """Work done on the spot under an authorisation that still awaits its order."""

    id: UUID
    """The authorisation's."""
    number: str
    authority: str
    category: str
    work: str
    customer_id: UUID | None
    requested_by: UUID
    started_at: AwareDatetime
    deadline_at: AwareDatetime | None


class AuthorityWorkPage(Page[AuthorityWork]):
    """One page of work without an order."""
