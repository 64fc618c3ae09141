"""Which figures the callback service counts besides those of its clocks; pure."""

from enum import StrEnum


class Figure(StrEnum):
    """The figures; the pack's indicators name them."""

    SHARE = "callback.share"
    IN_WINDOW = "callback.in_window"
    REACHED = "callback.reached"
    SATISFIED = "callback.satisfied"
    SURVEY_SATISFIED = "survey.satisfied"
    OPINIONS_ON_TIME = "opinion.answered_on_time"
    VISITS_FULFILLED = "visit.plan_fulfilled"
    CALL_QUALITY = "call.quality"
    SUPERVISION_ON_TIME = "supervision.answered_on_time"


PERIOD_RULES = {
    Figure.SHARE: "happened_in_period",
    Figure.IN_WINDOW: "due_in_period",
    Figure.REACHED: "called_in_period",
    Figure.SATISFIED: "called_in_period",
    Figure.SURVEY_SATISFIED: "surveyed_in_period",
    Figure.OPINIONS_ON_TIME: "due_in_period",
    Figure.VISITS_FULFILLED: "due_in_period",
    Figure.CALL_QUALITY: "settled_in_period",
    Figure.SUPERVISION_ON_TIME: "due_in_period",
}
"""The one fixed rule by which something belongs to a period (sla.md 18)."""
