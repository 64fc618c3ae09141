"""States of a survey and of an invitation; which quarter may be surveyed."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.callback.surveys.errors import SurveyPeriodError, SurveyStepNotAllowedError

OPENING, CLOSING = "opening", "closing"
"""The metrics: from the draft to the first invitations, and from them to the frozen result."""


class SurveyState(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    FRAMED = "framed"
    """The frame and the sample are fixed."""
    FIELDING = "fielding"
    CLOSED = "closed"
    """The results are fixed."""
    WITHDRAWN = "withdrawn"


class SurveyAct(StrEnum):
    """What is done to a survey."""

    FRAME = "frame"
    OPEN = "open"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_DRAFT, _FRAMED, _FIELDING = SurveyState.DRAFT, SurveyState.FRAMED, SurveyState.FIELDING
_ALLOWED: Mapping[SurveyAct, tuple[tuple[SurveyState, ...], SurveyState]] = {
    SurveyAct.FRAME: ((_DRAFT,), _FRAMED),
    SurveyAct.OPEN: ((_FRAMED,), _FIELDING),
    SurveyAct.CLOSE: ((_FIELDING,), SurveyState.CLOSED),
    SurveyAct.WITHDRAW: ((_DRAFT, _FRAMED), SurveyState.WITHDRAWN),
}


def after(act: SurveyAct, state: str) -> SurveyState:
    """The state that a step leads to.  Raises: SurveyStepNotAllowedError."""
    before, then = _ALLOWED[act]
    if state not in before:
        raise SurveyStepNotAllowedError.of(act.value, state)
    return then


class InvitationState(StrEnum):
    """Where an invitation stands."""

    TO_SEND = "to_send"
    INVITED = "invited"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Not to be asked any more: erased, or the survey ended."""


IS_OPEN = (InvitationState.TO_SEND.value, InvitationState.INVITED.value)


def quarter_of(day: date) -> str:
    """The quarter of a date, such as `2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def surveyed_quarter(wanted: str | None, now: datetime, zone: ZoneInfo) -> str:
    """The quarter that is surveyed: the current one, or as named the one before.  Raises: SurveyPeriodError."""
    today = now.astimezone(zone).date()
    year, month = (today.year, today.month - 3) if today.month > 3 else (today.year - 1, today.month + 9)
    current, before = quarter_of(today), quarter_of(date(year, month, 1))
    if wanted not in (None, current, before):
        raise SurveyPeriodError.at_pointer("/period")
    return wanted or current
