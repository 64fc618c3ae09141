"""What callers see."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from services.customer.safety.rules import CheckResult, HazardState, Outcome, PlanState
from shared.http.base_model import ApiModel
from shared.http.page import Page


class SafetyInspection(ApiModel):
    """One visit; names by `/v1/customers?ids=`."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    premises_id: UUID | None
    order_id: UUID | None
    plan_id: UUID | None
    hazard_id: UUID | None
    outcome: Outcome
    visited_at: AwareDatetime
    visited_by: UUID
    present_ids: list[UUID]
    is_led: bool
    attempt: int
    is_notice_left: bool
    next_attempt_on: date | None
    is_exhausted: bool
    is_followed: bool
    checks: dict[str, CheckResult]
    equipment_checked: int
    hazards_found: int
    hazards_seen_again: int
    tier: str
    note: str | None
    file_ids: list[UUID]
    recorded_by: UUID
    recorded_at: AwareDatetime
    policy_pack: str
    policy_version: str
    version: int


class SafetyInspectionPage(Page[SafetyInspection]):
    """One page of visits, newest first."""


class Hazard(ApiModel):
    """One hazard."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    premises_id: UUID
    equipment_id: UUID | None
    inspection_id: UUID | None
    order_id: UUID | None
    kind: str
    severity: str
    description: str
    state: HazardState
    tier: str
    found_at: AwareDatetime
    found_by: UUID
    seen_again: int
    last_seen_at: AwareDatetime
    told_at: AwareDatetime | None
    told_by: UUID | None
    told_by_way: str | None
    gas_stopped_at: AwareDatetime | None
    gas_stopped_by: UUID | None
    gas_not_stopped_reason: str | None
    gas_restored_at: AwareDatetime | None
    follow_up_order_id: UUID | None
    follow_ups: int
    resolved_at: AwareDatetime | None
    resolved_by: UUID | None
    resolution: str | None
    proof_ids: list[UUID]
    withdrawn_at: AwareDatetime | None
    withdrawn_reason: str | None
    policy_pack: str
    policy_version: str
    version: int


class HazardPage(Page[Hazard]):
    """One page of hazards, newest first."""


class HazardFlag(ApiModel):
    """What whoever goes there must know; without `hazard_id` it is a mark of the equipment."""

    premises_id: UUID
    equipment_id: UUID | None
    kind: str
    severity: str | None
    hazard_id: UUID | None
    since: AwareDatetime | None
    is_gas_stopped: bool


class HazardFlags(ApiModel):
    """Every flag at a customer's premises."""

    items: list[HazardFlag]


class SafetyPlan(ApiModel):
    """A home to be inspected within one period."""

    id: UUID
    company: str
    customer_id: UUID
    commitment: str
    state: PlanState
    tier: str
    party: str
    customer_class: str
    district: str | None
    period_from: AwareDatetime
    period_until: AwareDatetime
    is_led: bool
    led_by: list[str]
    performed_by: list[str]
    arranged_by: str | None
    done: list[str]
    order_id: UUID | None
    attempts: int
    refusals: int
    last_outcome: Outcome | None
    last_visited_at: AwareDatetime | None
    next_attempt_on: date | None
    entered_at: AwareDatetime | None
    inspection_id: UUID | None
    policy_pack: str
    policy_version: str
    generated_at: AwareDatetime
    version: int


class SafetyPlanPage(Page[SafetyPlan]):
    """One page of plans."""


class TierEntry(ApiModel):
    """Homes entered of homes to be inspected: plans whose period ends within the period asked for."""

    tier: str
    numerator: int
    denominator: int
    open: int
    """Not entered, the plan's period still runs."""
    refused: int


class SafetyPlanFigure(ApiModel):
    """Plans of a tier by a commitment that overlap the period asked for."""

    tier: str
    commitment: str
    is_led: bool
    planned: int
    ordered: int
    entered: int
    exhausted: int
    refused: int
    not_at_home: int
    overdue: int


class SafetyPlanFigures(ApiModel):
    """How the plans of a period stand."""

    period: str
    entry: list[TierEntry]
    plans: list[SafetyPlanFigure]


class SafetyPlansQueued(ApiModel):
    """The job that makes the plans."""

    job_id: UUID


class SafetyOrdersOpened(ApiModel):
    """What the request opened."""

    id: UUID
    opened: int
    order_ids: list[UUID]
    waiting: int
    """Plans of running periods (of the district) without an order."""
