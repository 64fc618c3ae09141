"""States of checks, errors, withdrawals, tasks and misuse, and which step leads where: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.customer.entry_quality.errors import EntryStepNotAllowedError


class CheckState(StrEnum):
    """Where a check stands."""

    RUNNING = "running"
    """A job is at it."""
    OPEN = "open"
    """Somebody must look at its entries."""
    DONE = "done"


class LineState(StrEnum):
    """What was seen of one entry."""

    OPEN = "open"
    CORRECT = "correct"
    CORRECTED = "corrected"
    WRONG = "wrong"


class FindingState(StrEnum):
    """Where an error stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class FindingAct(StrEnum):
    """What is done to an error."""

    FIND = "find"
    CORRECT = "correct"
    CONTEST = "contest"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    LINK = "link"


class WithdrawalState(StrEnum):
    """Where the withdrawal of a right stands."""

    DUE = "due"
    """The ground is given; maintenance verifies it."""
    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    RESTORED = "restored"


class WithdrawalAct(StrEnum):
    """What is done to it."""

    PROPOSE = "propose"
    APPROVE = "approve"
    REJECT = "reject"
    DROP = "drop"
    RESTORE = "restore"


class Ground(StrEnum):
    """Why a right may be withdrawn (domain.md 2.7)."""

    REPEATED_ERRORS = "repeated_errors"
    COMPLAINT = "complaint"


class TaskState(StrEnum):
    """Where the keeper's task stands."""

    OPEN = "open"
    ENTERED = "entered"
    CANCELLED = "cancelled"


class MisuseState(StrEnum):
    """Where a doubtful look-up stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"


class MisuseAct(StrEnum):
    """What is done to it."""

    EXPLAIN = "explain"
    ACCEPT = "accept"
    CONFIRM = "confirm"


class ReportState(StrEnum):
    """Where a month's report stands."""

    REPORTED = "reported"
    SIGNED = "signed"


F, W, M = FindingState, WithdrawalState, MisuseState
_UNDECIDED = frozenset({F.OPEN, F.CORRECTED, F.CONTESTED})

FINDING: Mapping[str, tuple[frozenset[str], str]] = {
    FindingAct.CORRECT: (frozenset({F.OPEN, F.CONTESTED}), F.CORRECTED),
    FindingAct.CONTEST: (frozenset({F.OPEN, F.CORRECTED}), F.CONTESTED),
    FindingAct.CONFIRM: (_UNDECIDED, F.CONFIRMED),
    FindingAct.DISMISS: (_UNDECIDED, F.DISMISSED),
}
WITHDRAWAL: Mapping[str, tuple[frozenset[str], str]] = {
    WithdrawalAct.PROPOSE: (frozenset({W.DUE}), W.PROPOSED),
    WithdrawalAct.DROP: (frozenset({W.DUE}), W.REJECTED),
    WithdrawalAct.APPROVE: (frozenset({W.PROPOSED}), W.WITHDRAWN),
    WithdrawalAct.REJECT: (frozenset({W.PROPOSED}), W.REJECTED),
    WithdrawalAct.RESTORE: (frozenset({W.WITHDRAWN}), W.RESTORED),
}
MISUSE: Mapping[str, tuple[frozenset[str], str]] = {
    MisuseAct.EXPLAIN: (frozenset({M.OPEN, M.EXPLAINED}), M.EXPLAINED),
    MisuseAct.ACCEPT: (frozenset({M.EXPLAINED}), M.ACCEPTED),
    MisuseAct.CONFIRM: (frozenset({M.OPEN, M.EXPLAINED}), M.CONFIRMED),
}


def after(steps: Mapping[str, tuple[frozenset[str], str]], act: str, state: str) -> str:
    """The state to which the step leads.  Raises: EntryStepNotAllowedError."""
    allowed, led_to = steps[act]
    if state not in allowed:
        raise EntryStepNotAllowedError.of(act, state)
    return str(led_to)
