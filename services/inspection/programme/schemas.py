"""Bodies and answers of the programme."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.inspection.policy_programme import AdjustAct, Pace, PlanLevel
from services.inspection.programme.rules.states import PlannedState, PlanState
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page


class InspectionPlansCreate(ApiModel):
    """A year, quarter or month whose plans are to be there."""

    period: Annotated[str, Field(max_length=10, examples=["2026-12"])]


class InspectionPlanReturn(ApiModel):
    """Why a plan goes back."""

    reason: LongText


class InspectionPlanAdjust(ApiModel):
    """What is changed in a plan and why; each act takes its own fields."""

    act: AdjustAct
    reason: LongText
    planned_id: UUID | None = None
    """Of all but `add`."""
    kind: Code | None = None
    """Of `add`, as are theme, department and team."""
    theme: Code | None = None
    department: Code | None = None
    team: Code | None = None
    from_on: date | None = None
    """Of `add`; of `move` where it has not begun."""
    until_on: date | None = None
    """Its last day: of `add` and `move`."""
    inspector_id: UUID | None = None
    """Of `add` and `assign`; none = drawn by load."""


class ExecutionPlanWrite(ApiModel):
    """What is checked, how, when, how many, and who goes along."""

    method: Code
    held_on: date
    checks: LongText
    sample_size: Annotated[int, Field(ge=0, le=10_000)] | None = None
    companion_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)


class InspectionPlan(ApiModel):
    """The plan of one level, place and period."""

    id: UUID
    company: str
    level: PlanLevel
    pace: Pace
    period: str
    department: str | None
    team: str | None
    period_from: AwareDatetime
    period_until: AwareDatetime
    due_at: AwareDatetime
    state: PlanState
    owner_id: UUID | None
    posts: list[str]
    made_by: UUID | None
    made_at: AwareDatetime
    submitted_by: UUID | None
    submitted_at: AwareDatetime | None
    approved_by: UUID | None
    approved_at: AwareDatetime | None
    is_late: bool | None
    returned_by: UUID | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    ended_at: AwareDatetime | None
    adjustments: int
    policy_version: str
    version: int


class InspectionPlanPage(Page[InspectionPlan]):
    """A page of plans, newest first."""


class InspectionPlans(ApiModel):
    """All plans of a period."""

    period: str
    items: list[InspectionPlan]


class InspectionPlanAdjustment(ApiModel):
    """One adjustment, with what it changed."""

    id: UUID
    planned_id: UUID
    position: int
    act: AdjustAct
    reason: str
    is_after_approval: bool
    before: dict[str, Any]
    after: dict[str, Any]
    adjusted_by: UUID
    adjusted_at: AwareDatetime


class InspectionPlanAdjustments(ApiModel):
    """Every adjustment of a plan, in order."""

    items: list[InspectionPlanAdjustment]


class PlannedInspection(ApiModel):
    """One inspection that a plan owes within its window, with its execution plan."""

    id: UUID
    company: str
    plan_id: UUID
    level: PlanLevel
    occasion: str | None
    kind: str
    theme: str | None
    department: str
    team: str | None
    led_by: str | None
    is_announced: bool
    window_from: AwareDatetime
    window_until: AwareDatetime
    state: PlannedState
    inspector_id: UUID | None
    is_named: bool
    gap: str | None
    posts: list[str]
    moves: int
    planned_at: AwareDatetime
    opened_at: AwareDatetime | None
    method: str | None
    held_on: date | None
    sample_size: int | None
    checks: str | None
    companion_ids: list[UUID]
    execution_by: UUID | None
    execution_at: AwareDatetime | None
    inspection_id: UUID | None
    taken_at: AwareDatetime | None
    done_at: AwareDatetime | None
    is_late: bool | None
    missed_at: AwareDatetime | None
    cancel_reason: str | None
    ended_at: AwareDatetime | None
    policy_version: str
    version: int


class PlannedInspectionPage(Page[PlannedInspection]):
    """A page of planned inspections, newest first."""
