"""States of an inspection, and which step is allowed in which: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.inspection.inspections.errors import InspectionStepNotAllowedError

RECORD, REPLY, SIGN = "inspection_record", "inspection_reply", "inspection_sign"
"""The metrics that are promised."""


class InspectionState(StrEnum):
    """Where an inspection stands."""

    PREPARED = "prepared"
    RECORDED = "recorded"
    """Its form is filled; the inspected department owes its reply."""
    REPLIED = "replied"
    """The department signed; the inspector signs after it."""
    SIGNED = "signed"
    VOID = "void"


class Act(StrEnum):
    """What is done to an inspection."""

    RECORD = "record"
    REPLY = "reply"
    REFUSE = "refuse_reply"
    SIGN = "sign"
    VOID = "void"


class Answer(StrEnum):
    """What the inspector found at a point of the checklist."""

    OK = "ok"
    NOT_OK = "not_ok"
    NOT_APPLICABLE = "not_applicable"


class Outcome(StrEnum):
    """What became of a drawn subject."""

    OK = "ok"
    FAILED = "failed"
    UNCHECKED = "unchecked"
    """It could not be checked; why is said."""


class Part(StrEnum):
    """In what part somebody was there."""

    INSPECTOR = "inspector"
    COMPANION = "companion"
    PRESENT = "present"
    """Of the inspected department, or a guest of the staff."""


S = InspectionState
ALLOWED: Mapping[Act, frozenset[InspectionState]] = {
    Act.RECORD: frozenset({S.PREPARED}),
    Act.REPLY: frozenset({S.RECORDED}),
    Act.REFUSE: frozenset({S.RECORDED}),
    Act.SIGN: frozenset({S.REPLIED}),
    Act.VOID: frozenset({S.PREPARED, S.RECORDED, S.REPLIED}),
}


def check_act(act: Act, state: str) -> None:
    """Raises: InspectionStepNotAllowedError."""
    if InspectionState(state) not in ALLOWED[act]:
        raise InspectionStepNotAllowedError.of(act, state)
