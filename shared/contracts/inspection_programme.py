"""Facts about inspection plans and planned inspections: ids, codes, times and versions only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class InspectionPlanFact(EventPayload):
    """What every fact about a plan says of it."""

    plan_id: UUID
    level: str
    """company, department or team."""
    pace: str
    period: str
    department: str | None = None
    team: str | None = None
    state: str
    due_at: datetime
    occurred_at: datetime


class InspectionPlanDrafted(InspectionPlanFact):
    """It was made from the pack and waits for its planner."""

    TYPE: ClassVar[str] = "inspection.plan_drafted"

    planned: int
    gaps: int
    """Of the planned, those for which no inspector was found."""


class InspectionPlanSubmitted(InspectionPlanFact):
    """It waits for its approval by another person."""

    TYPE: ClassVar[str] = "inspection.plan_submitted"

    submitted_by: UUID


class InspectionPlanApproved(InspectionPlanFact):
    """It stands."""

    TYPE: ClassVar[str] = "inspection.plan_approved"

    approved_by: UUID
    is_late: bool


class InspectionPlanReturned(InspectionPlanFact):
    """It goes back to its planner."""

    TYPE: ClassVar[str] = "inspection.plan_returned"

    returned_by: UUID


class InspectionPlanAdjusted(InspectionPlanFact):
    """A person added, moved, cancelled or assigned something in it."""

    TYPE: ClassVar[str] = "inspection.plan_adjusted"

    planned_id: UUID
    act: str
    is_after_approval: bool
    adjusted_by: UUID


class PlannedInspectionFact(EventPayload):
    """What every fact about a planned inspection says of it."""

    planned_id: UUID
    plan_id: UUID
    level: str
    kind: str
    theme: str | None = None
    department: str
    team: str | None = None
    is_announced: bool
    window_from: datetime
    window_until: datetime
    inspector_id: UUID | None = None
    gap: str | None = None
    state: str
    occurred_at: datetime


class InspectionPlanned(PlannedInspectionFact):
    """A plan owes it within its window."""

    TYPE: ClassVar[str] = "inspection.inspection_planned"


class InspectionMoved(PlannedInspectionFact):
    """It has another window."""

    TYPE: ClassVar[str] = "inspection.inspection_moved"


class InspectionAssigned(PlannedInspectionFact):
    """Another person goes, or nobody is found any more."""

    TYPE: ClassVar[str] = "inspection.inspection_assigned"


class InspectionCancelled(PlannedInspectionFact):
    """It is owed no more."""

    TYPE: ClassVar[str] = "inspection.inspection_cancelled"


class InspectionMissed(PlannedInspectionFact):
    """Its window ended and it was not carried out."""

    TYPE: ClassVar[str] = "inspection.inspection_missed"


EVENTS: tuple[type[EventPayload], ...] = (
    InspectionPlanDrafted,
    InspectionPlanSubmitted,
    InspectionPlanApproved,
    InspectionPlanReturned,
    InspectionPlanAdjusted,
    InspectionPlanned,
    InspectionMoved,
    InspectionAssigned,
    InspectionCancelled,
    InspectionMissed,
)
"""Everything in this file that crosses the bus."""
