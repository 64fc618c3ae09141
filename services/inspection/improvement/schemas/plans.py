"""Bodies and answers of the yearly plans."""

from uuid import UUID

from pydantic import AwareDatetime

from services.inspection.improvement.rules.states import PlanState
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


class ImprovementPlanWrite(ApiModel):
    """What the year is to bring."""

    aims: LongText


class ImprovementPlanReturn(ApiModel):
    """Why it is sent back."""

    reason: LongText


class ImprovementPlanClose(ApiModel):
    """What was done in the year."""

    summary: LongText


class ImprovementPlan(ApiModel):
    """A yearly service-improvement plan."""

    id: UUID
    company: str
    year: int
    department: str | None
    """Null = the company's."""
    period_from: AwareDatetime
    period_until: AwareDatetime
    due_at: AwareDatetime
    """By when it is approved."""
    state: PlanState
    posts: list[str]
    """Whom it waits for."""
    aims: str | None
    written_by: UUID | None
    written_at: AwareDatetime | None
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
    figures: dict[str, int]
    """Counts of the year, frozen at its end."""
    summary: str | None
    closed_by: UUID | None
    closed_at: AwareDatetime | None
    policy_version: str
    version: int


class ImprovementPlanPage(Page[ImprovementPlan]):
    """A page of plans, newest first."""
