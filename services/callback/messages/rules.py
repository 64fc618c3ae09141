"""States of a message, what may stand in a text, and when it may go out: pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.callback.messages.errors import ParameterInvalidError
from services.callback.policy_messages import ParameterKind, Template
from shared.messaging.sender import Result
from shared.policy.model import QuietHours


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """A worker hands it over."""
    SENT = "sent"
    """The provider has it."""
    UNKNOWN = "unknown"
    """Perhaps handed over: the provider is asked before anything else."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    """Never handed over: refused by the customer, too many, or erased."""


class Reason(StrEnum):
    """Why a message waits, or was not sent."""

    QUIET_HOURS = "quiet_hours"
    OPTED_OUT = "opted_out"
    MONTHLY_MOST = "monthly_most"
    ERASED = "erased"
    ATTEMPTS = "attempts_spent"
    RESULT_UNKNOWN = "result_unknown"
    PROVIDER = "provider"
    NUMBER = "number_missing"


class AttemptKind(StrEnum):
    """What was done with the provider."""

    SEND = "send"
    ASK = "ask"


SETTLED = frozenset({MessageState.DELIVERED, MessageState.REFUSED, MessageState.FAILED, MessageState.SUPPRESSED})
_AFTER: Mapping[Result, MessageState] = {
    Result.ACCEPTED: MessageState.SENT,
    Result.DELIVERED: MessageState.DELIVERED,
    Result.REFUSED: MessageState.REFUSED,
    Result.FAILED: MessageState.FAILED,
    Result.UNKNOWN: MessageState.UNKNOWN,
    Result.ABSENT: MessageState.QUEUED,
    Result.LATER: MessageState.QUEUED,
}


def after(result: Result) -> MessageState:
    """The state after a result, the limits of attempts and time apart."""
    return _AFTER[result]


_CODE = re.compile(r"[a-z0-9_+-]{1,40}")
_LINK = re.compile(r"https?://[!-~]{1,400}")
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,3})?")
_DIGITS = re.compile(r"(?:[0-9０-９][\s\-－—]?){7}")
"""Seven digits in a row, however they are set apart, may be a number that somebody can be called at."""
_LONGEST_TITLE = 60


def check_parameters(template: Template, values: Mapping[str, str]) -> None:
    """Whether exactly the template's values are given, each of its kind.  Raises: ParameterInvalidError."""
    if set(values) != set(template.parameters):
        raise ParameterInvalidError.names()
    for name, kind in template.parameters.items():
        if not _fits(kind, values[name]):
            raise ParameterInvalidError.of(name, kind.value)


def _fits(kind: ParameterKind, value: str) -> bool:
    match kind:
        case ParameterKind.CODE:
            return _CODE.fullmatch(value) is not None
        case ParameterKind.NUMBER:
            return _NUMBER.fullmatch(value) is not None
        case ParameterKind.LINK:
            return _LINK.fullmatch(value) is not None
        case ParameterKind.DATE:
            return _parses(date, value)
        case ParameterKind.TIME:
            return _parses(time, value)
        case ParameterKind.TITLE:
            return 1 <= len(value) <= _LONGEST_TITLE and "\n" not in value and _DIGITS.search(value) is None


def _parses(kind: type[date] | type[time], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True


def rendered(template: Template, values: Mapping[str, str]) -> str:
    """The text as it is sent."""
    return template.text.format_map({name: _shown(template.parameters[name], values[name]) for name in values})


def _shown(kind: ParameterKind, value: str) -> str:
    if kind is ParameterKind.DATE:
        day = date.fromisoformat(value)
        return f"{day.month}月{day.day}日"
    return value


def not_quiet(at: datetime, hours: QuietHours, zone: ZoneInfo) -> datetime:
    """The first instant from `at` on that is not quiet; equal ends: never quiet."""
    local = at.astimezone(zone)
    clock, start, end = f"{local:%H:%M}", hours.from_hour, hours.until_hour
    spans_night = start > end
    is_quiet = (clock >= start or clock < end) if spans_night else start <= clock < end
    if not is_quiet:
        return at
    day = local.date() + timedelta(days=1) if spans_night and clock >= start else local.date()
    return datetime.combine(day, time.fromisoformat(end), tzinfo=zone)


def next_check(since: datetime, every_minutes: int, checks: int) -> datetime:
    """When the provider is asked next: rarer the longer it takes, at most sixteen times as rare."""
    return since + timedelta(minutes=every_minutes * min(2**checks, 16))
