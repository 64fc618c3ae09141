"""States of a case and the steps that they allow."""

from collections.abc import Mapping
from enum import StrEnum

from services.incentive.cases.errors import CaseStepNotAllowedError
from services.incentive.errors import CauseContestedError


class CaseState(StrEnum):
    """Where a case stands."""

    TALK = "talk"
    """A talk is owed in the penalty's place."""
    SETTLED = "settled"
    """The talk was held."""
    SIGNING = "signing"
    RETURNED = "returned"
    """Sent back to the service office."""
    REJECTED = "rejected"
    DROPPED = "dropped"
    """Fell before it took effect."""
    APPROVED = "approved"
    """Signed by all; the person is to be told."""
    HEARING = "hearing"
    """Told; the person may make a statement."""
    CONSIDERING = "considering"
    """The statement is made; the last signer answers it."""
    EFFECTIVE = "effective"
    CONTESTED = "contested"
    """Under appeal; the effect is suspended."""
    REVERSED = "reversed"


class Act(StrEnum):
    """What people do with a case."""

    SIGN = "sign"
    SEND_BACK = "send_back"
    REJECT = "reject"
    RESUBMIT = "resubmit"
    DROP = "drop"
    TELL = "tell"
    STATE = "state"
    CONSIDER = "consider"
    APPEAL = "appeal"
    DECIDE_APPEAL = "decide_appeal"
    WITHDRAW_APPEAL = "withdraw_appeal"
    TALK = "talk"


_FROM: Mapping[Act, frozenset[CaseState]] = {
    Act.SIGN: frozenset({CaseState.SIGNING}),
    Act.SEND_BACK: frozenset({CaseState.SIGNING}),
    Act.REJECT: frozenset({CaseState.SIGNING}),
    Act.RESUBMIT: frozenset({CaseState.RETURNED}),
    Act.DROP: frozenset({CaseState.RETURNED}),
    Act.TELL: frozenset({CaseState.APPROVED}),
    Act.STATE: frozenset({CaseState.HEARING}),
    Act.CONSIDER: frozenset({CaseState.CONSIDERING}),
    Act.APPEAL: frozenset({CaseState.EFFECTIVE}),
    Act.DECIDE_APPEAL: frozenset({CaseState.CONTESTED}),
    Act.WITHDRAW_APPEAL: frozenset({CaseState.CONTESTED}),
    Act.TALK: frozenset({CaseState.TALK}),
}

OPEN = frozenset(
    {
        CaseState.TALK,
        CaseState.SIGNING,
        CaseState.RETURNED,
        CaseState.APPROVED,
        CaseState.HEARING,
        CaseState.CONSIDERING,
    }
)
"""Under way, without any effect so far."""
IN_EFFECT = frozenset({CaseState.EFFECTIVE, CaseState.CONTESTED})
HALF_WAY = frozenset({CaseState.APPROVED, CaseState.HEARING, CaseState.CONSIDERING})
"""Decided in a month without having taken effect: the month is not closed over them."""

_SPEAKING = frozenset({Act.STATE, Act.APPEAL, Act.WITHDRAW_APPEAL})
"""What the person may do though the cause is contested elsewhere."""


class Metric(StrEnum):
    """What is promised of a case; each signature has a metric of its own, `case_sign_1` …"""

    RETURNED = "case_returned"
    TOLD = "case_told"
    CONSIDERED = "case_considered"
    APPEAL_DECIDED = "case_appeal_decided"
    TALK = "case_talk"


def signing_metric(step: int) -> str:
    """The metric of a step of the chain, from 1 on."""
    return f"case_sign_{step}"


def check_act(act: Act, state: str, *, is_held: bool) -> None:
    """Raises: CaseStepNotAllowedError, CauseContestedError."""
    if state not in _FROM[act]:
        raise CaseStepNotAllowedError(f"该奖惩案件当前状态（{state}）不允许该操作。")
    if is_held and act not in _SPEAKING:
        raise CauseContestedError("所依据的认定正在申诉，申诉有结论后方可继续。")
