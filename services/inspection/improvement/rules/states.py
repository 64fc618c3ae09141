"""States of plans, improvements, proposals, records and published examples, and which step each allows: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.inspection.improvement.errors.gathering import DecisionStepNotAllowedError, ExampleStepNotAllowedError
from services.inspection.improvement.errors.improving import (
    ImprovementPlanStepNotAllowedError,
    ImprovementStepNotAllowedError,
    ProposalStepNotAllowedError,
)

PLAN, SUMMARY = "improvement_plan", "improvement_summary"
DECIDE, DUE, EFFECT, ACCEPT = "improvement_decide", "improvement_due", "improvement_effect", "improvement_accept"
ANSWER, TOLD = "proposal_answer", "proposal_told"
TRAINING, MEETING, DECISION = "training", "service_meeting", "meeting_decision"
"""The metrics that are promised."""


class PlanState(StrEnum):
    """Where a yearly plan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ENDED = "ended"
    """The year is over, its figures stand; the words of its summary are owed."""
    CLOSED = "closed"


class PlanAct(StrEnum):
    """What is done to a yearly plan."""

    WRITE = "write"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    CLOSE = "close"


class ImprovementState(StrEnum):
    """Where an improvement stands."""

    CANDIDATE = "candidate"
    """Suggested by what was heard; nobody proposed it."""
    PROPOSED = "proposed"
    PLANNED = "planned"
    DECLINED = "declined"
    UNDER_WAY = "under_way"
    DONE = "done"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    """Sent back: it is done again by a new date."""
    CANCELLED = "cancelled"


class ImprovementAct(StrEnum):
    """What is done to an improvement."""

    PLAN = "plan"
    DECLINE = "decline"
    ASSIGN = "assign"
    BEGIN = "begin"
    NOTE = "note"
    DONE = "done"
    EFFECT = "effect"
    ACCEPT = "accept"
    RETURN = "return"
    CANCEL = "cancel"


class ImprovementSource(StrEnum):
    """What an improvement comes from."""

    FINDING = "finding"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    PROPOSAL = "proposal"
    MEETING = "meeting"
    OFFICE = "office"
    """The plan itself."""


class ProposalState(StrEnum):
    """Where a staff proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class ProposalAct(StrEnum):
    """What is done to a staff proposal."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    ACKNOWLEDGE = "acknowledge"


class GatheringKind(StrEnum):
    """What a department holds again and again."""

    TRAINING = "training"
    MEETING = "meeting"

    @property
    def metric(self) -> str:
        """The promise that one is held in the period."""
        return TRAINING if self is GatheringKind.TRAINING else MEETING


class DutyState(StrEnum):
    """Where what a department owes of a period stands."""

    OWED = "owed"
    HELD = "held"
    MISSED = "missed"


class DecisionState(StrEnum):
    """Where a decision of a meeting stands."""

    OPEN = "open"
    DONE = "done"
    IMPROVEMENT = "improvement"
    """It became one."""
    CANCELLED = "cancelled"


class ExampleState(StrEnum):
    """Where the publication of a good example stands."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ExampleAct(StrEnum):
    """What is done to a publication."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


_I = ImprovementState
_NEW = frozenset({_I.CANDIDATE, _I.PROPOSED})
_WORKED = frozenset({_I.PLANNED, _I.UNDER_WAY, _I.RETURNED})
IMPROVEMENT_ALLOWED: Mapping[ImprovementAct, frozenset[ImprovementState]] = {
    ImprovementAct.PLAN: _NEW,
    ImprovementAct.DECLINE: _NEW,
    ImprovementAct.ASSIGN: _WORKED,
    ImprovementAct.BEGIN: frozenset({_I.PLANNED, _I.RETURNED}),
    ImprovementAct.NOTE: _WORKED | {_I.DONE},
    ImprovementAct.DONE: frozenset({_I.UNDER_WAY}),
    ImprovementAct.EFFECT: frozenset({_I.DONE}),
    ImprovementAct.ACCEPT: frozenset({_I.DONE}),
    ImprovementAct.RETURN: frozenset({_I.DONE}),
    ImprovementAct.CANCEL: _WORKED | {_I.PROPOSED},
}
IMPROVEMENT_OVER = frozenset({_I.DECLINED, _I.ACCEPTED, _I.CANCELLED})
PLAN_ALLOWED: Mapping[PlanAct, frozenset[PlanState]] = {
    PlanAct.WRITE: frozenset({PlanState.DRAFT}),
    PlanAct.SUBMIT: frozenset({PlanState.DRAFT}),
    PlanAct.APPROVE: frozenset({PlanState.SUBMITTED}),
    PlanAct.RETURN: frozenset({PlanState.SUBMITTED}),
    PlanAct.CLOSE: frozenset({PlanState.ENDED}),
}
PLAN_TAKES = frozenset({PlanState.DRAFT, PlanState.SUBMITTED, PlanState.APPROVED})
"""While an improvement may still be put into it."""
PROPOSAL_ANSWERED = frozenset({ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.DUPLICATE})
PROPOSAL_ALLOWED: Mapping[ProposalAct, frozenset[ProposalState]] = {
    ProposalAct.ANSWER: frozenset({ProposalState.OPEN}),
    ProposalAct.WITHDRAW: frozenset({ProposalState.OPEN}),
    ProposalAct.ACKNOWLEDGE: PROPOSAL_ANSWERED,
}
EXAMPLE_ALLOWED: Mapping[ExampleAct, frozenset[ExampleState]] = {
    ExampleAct.PUBLISH: frozenset({ExampleState.DRAFTED}),
    ExampleAct.WITHDRAW: frozenset({ExampleState.DRAFTED, ExampleState.PUBLISHED}),
}


def check_improvement(act: ImprovementAct, state: str) -> None:
    """Raises: ImprovementStepNotAllowedError."""
    if ImprovementState(state) not in IMPROVEMENT_ALLOWED[act]:
        raise ImprovementStepNotAllowedError.of(act, state)


def check_plan(act: PlanAct, state: str) -> None:
    """Raises: ImprovementPlanStepNotAllowedError."""
    if PlanState(state) not in PLAN_ALLOWED[act]:
        raise ImprovementPlanStepNotAllowedError.of(act, state)


def check_proposal(act: ProposalAct, state: str) -> None:
    """Raises: ProposalStepNotAllowedError."""
    if ProposalState(state) not in PROPOSAL_ALLOWED[act]:
        raise ProposalStepNotAllowedError.of(act, state)


def check_example(act: ExampleAct, state: str) -> None:
    """Raises: ExampleStepNotAllowedError."""
    if ExampleState(state) not in EXAMPLE_ALLOWED[act]:
        raise ExampleStepNotAllowedError.of(act, state)


def check_decision(act: str, state: str) -> None:
    """Raises: DecisionStepNotAllowedError."""
    if state != DecisionState.OPEN:
        raise DecisionStepNotAllowedError.of(act, state)
