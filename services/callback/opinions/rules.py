"""States of an opinion: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.callback.opinions.errors import OpinionStepNotAllowedError

ANSWER, TOLD = "answer", "told"
"""The metrics: to the department's answer, and from it to telling the customer."""


class OpinionState(StrEnum):
    """Where an opinion stands."""

    OPEN = "open"
    ANSWERED = "answered"
    TOLD = "told"


class OpinionAct(StrEnum):
    """What is done to an opinion."""

    ANSWER = "answer"
    TELL = "tell"


ALLOWED: Mapping[OpinionAct, OpinionState] = {
    OpinionAct.ANSWER: OpinionState.OPEN,
    OpinionAct.TELL: OpinionState.ANSWERED,
}


def check(act: OpinionAct, state: str) -> None:
    """Raises: OpinionStepNotAllowedError."""
    if ALLOWED[act] != state:
        raise OpinionStepNotAllowedError.of(act.value, state)
