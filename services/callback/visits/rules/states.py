"""States of a visit, and what may be done in which: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.callback.visits.errors import VisitStepNotAllowedError

VISIT, TRIAL_END = "visit", "trial_end"
"""The metrics: to the end of the window; of a trial to its end."""


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    RESCHEDULED = "rescheduled"
    """Still to be made, on another date than planned."""
    DONE = "done"
    CANCELLED = "cancelled"
    MISSED = "missed"
    """Not made in time; for a while it may be made up for, late."""


class Origin(StrEnum):
    """Where a visit comes from."""

    PLANNED = "planned"
    STARTED = "started"


class VisitAct(StrEnum):
    """What is done to a visit."""

    RECORD = "record"
    RESCHEDULE = "reschedule"
    DECIDE_MOVE = "decide_move"
    ASSIGN = "assign"
    CANCEL = "cancel"


class MoveState(StrEnum):
    """What came of a change of the date."""

    TAKEN = "taken"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


class FindingKind(StrEnum):
    """What was learnt that others work on."""

    NEED = "need"
    SUGGESTION = "suggestion"


OPEN = frozenset({VisitState.PLANNED, VisitState.RESCHEDULED})
ALLOWED: Mapping[VisitAct, frozenset[VisitState]] = {
    VisitAct.RECORD: OPEN | {VisitState.MISSED},
    VisitAct.RESCHEDULE: OPEN,
    VisitAct.DECIDE_MOVE: OPEN,
    VisitAct.ASSIGN: OPEN | {VisitState.MISSED},
    VisitAct.CANCEL: OPEN,
}


def check(act: VisitAct, state: str, *, is_ended: bool = False) -> None:
    """Whether the state allows the act; nothing more is done to a missed one that has ended.

    Raises: VisitStepNotAllowedError.
    """
    if VisitState(state) not in ALLOWED[act] or is_ended:
        raise VisitStepNotAllowedError.of(act.value, state)
