"""States of a proposal and the steps they allow."""

from enum import StrEnum

from services.incentive.proposals.errors import OutsideRegulationError, ProposalStepNotAllowedError

CONFIRMATION = "proposal_confirm"
"""The metric that is promised: from the draft to its confirmation or dismissal."""
PERSON = "person"
"""Source of what people raise."""


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFTED = "drafted"
    CONFIRMED = "confirmed"
    """A case was opened."""
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    OUTSIDE = "outside"
    """Lies outside the regulation: shown, never decided here."""


class Withdrawal(StrEnum):
    """Why a draft fell."""

    CAUSE_RETRACTED = "cause_retracted"
    SAME_MATTER = "same_matter"
    """Another one stands for the matter."""
    RAISER = "raiser"


class Act(StrEnum):
    """What people do with a draft."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


def check_act(act: Act, state: str) -> None:
    """Raises: OutsideRegulationError, ProposalStepNotAllowedError."""
    if state == ProposalState.OUTSIDE and act is not Act.WITHDRAW:
        raise OutsideRegulationError("该情形按员工管理规定办理，不在本规定处理范围。")
    if state not in {ProposalState.DRAFTED, ProposalState.OUTSIDE}:
        raise ProposalStepNotAllowedError("该奖惩建议已有结论，不能再办理。")
