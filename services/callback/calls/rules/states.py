"""States of a callback, what a call came to, and who may do what in which state: pure."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID


class CallbackState(StrEnum):
    """Where a callback stands."""

    SCHEDULED = "scheduled"
    """Its window has not begun, or its next attempt is not due."""
    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    MISSED = "missed"
    """The window passed without a finished call."""
    VOID = "void"
    """Found falsified by a review; another callback was drawn in its place."""

    @classmethod
    def open_states(cls) -> frozenset["CallbackState"]:
        """States in which somebody still has to call."""
        return frozenset({cls.SCHEDULED, cls.WAITING, cls.CLAIMED})


class Result(StrEnum):
    """What one call came to."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    CALL_AGAIN = "call_again"


class ConsequenceState(StrEnum):
    """Whether its owner has answered with what came of it."""

    RAISED = "raised"
    LINKED = "linked"


class ConsequenceKind(StrEnum):
    """What may follow from a call; each at most once."""

    COMPLAINT = "complaint"
    OPINION = "opinion"
    PRAISE = "praise"
    FINDING = "finding"
    NEED = "need"


def state_at(ready_at: datetime, now: datetime) -> CallbackState:
    """Of a callback that nobody holds."""
    return CallbackState.WAITING if ready_at <= now else CallbackState.SCHEDULED


def did_the_work(staff_ids: list[UUID], caller_ids: tuple[UUID, ...]) -> bool:
    """Whether the caller, or somebody deputised for, did the work that is asked about."""
    return not set(staff_ids).isdisjoint(caller_ids)
