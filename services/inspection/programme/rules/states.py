"""States of plans and planned inspections, and which step is allowed in which."""

from collections.abc import Mapping
from enum import StrEnum

from services.inspection.programme.errors import PlannedStepNotAllowedError, PlanStepNotAllowedError

PLAN, INSPECTION, EXECUTION = "plan", "inspection", "execution_plan"
"""The metrics that are promised."""
NO_INSPECTOR = "no_inspector"
"""The gap: no holder of the posts outside the inspected department."""
MADE_UP_NO_MORE = "made_up_no_more"
"""Why the clocks of what was missed end."""


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ENDED = "ended"


class PlannedState(StrEnum):
    """Where a planned inspection stands."""

    PLANNED = "planned"
    PREPARED = "prepared"
    """Taken by an inspection."""
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class PlanAct(StrEnum):
    """What is done to a plan."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    ADJUST = "adjust"


class PlannedAct(StrEnum):
    """What is done to a planned inspection."""

    MOVE = "move"
    CANCEL = "cancel"
    ASSIGN = "assign"
    EXECUTE = "write_execution_plan"
    TAKE = "take"
    RELEASE = "release"
    CARRY_OUT = "carry_out"


PLAN_ALLOWED: Mapping[PlanAct, frozenset[PlanState]] = {
    PlanAct.SUBMIT: frozenset({PlanState.DRAFT}),
    PlanAct.APPROVE: frozenset({PlanState.SUBMITTED}),
    PlanAct.RETURN: frozenset({PlanState.SUBMITTED}),
    PlanAct.ADJUST: frozenset({PlanState.DRAFT, PlanState.APPROVED}),
}
_OWED = frozenset({PlannedState.PLANNED, PlannedState.MISSED})
PLANNED_ALLOWED: Mapping[PlannedAct, frozenset[PlannedState]] = {
    PlannedAct.MOVE: frozenset({PlannedState.PLANNED}),
    PlannedAct.CANCEL: frozenset({PlannedState.PLANNED}),
    PlannedAct.ASSIGN: _OWED,
    PlannedAct.EXECUTE: _OWED,
    PlannedAct.TAKE: _OWED,
    PlannedAct.RELEASE: frozenset({PlannedState.PREPARED}),
    PlannedAct.CARRY_OUT: frozenset({PlannedState.PREPARED}),
}


def check_plan(act: PlanAct, state: str) -> None:
    """Raises: PlanStepNotAllowedError."""
    if PlanState(state) not in PLAN_ALLOWED[act]:
        raise PlanStepNotAllowedError.of(act, state)


def check_planned(act: PlannedAct, state: str) -> None:
    """Raises: PlannedStepNotAllowedError."""
    if PlannedState(state) not in PLANNED_ALLOWED[act]:
        raise PlannedStepNotAllowedError.of(act, state)
