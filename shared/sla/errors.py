"""What a clock refuses, each a subclass of one of the six shared categories."""

from shared.errors import FieldError, IllegalTransitionError, NotFoundError, RuleViolatedError


class CalendarInvalidError(RuleViolatedError):
    """Windows are empty, reversed or overlapping, or the calendar has no working time (sla.md 3)."""

    code = "calendar_invalid"


class CalendarUnknownError(NotFoundError):
    """No calendar of that code or revision is loaded."""

    code = "calendar_unknown"


class BeyondCalendarError(RuleViolatedError):
    """The budget reaches further than any calendar can say."""

    code = "beyond_calendar"


class ClockNotFoundError(NotFoundError):
    """No such clock, or not of this subject."""

    code = "clock_not_found"


class ClockNotOpenError(IllegalTransitionError):
    """The clock was stopped or cancelled, or is not in the state that the step needs."""

    code = "clock_not_open"


class PauseNotAllowedError(RuleViolatedError):
    """The pack lists no such reason for any open clock; a response clock never pauses (sla.md 6)."""

    code = "pause_not_allowed"
    title = "不能暂停"


class PauseTooLongError(RuleViolatedError):
    """The end of the pause lies in the past or beyond the longest pause that the pack allows (sla.md 6)."""

    code = "pause_too_long"
    title = "暂停时间过长"


class OccurredInFutureError(RuleViolatedError):
    """An action cannot have happened after now (sla.md 10)."""

    code = "occurred_in_future"
    title = "发生时间晚于当前"


class OccurredBeforeCaseError(RuleViolatedError):
    """An action cannot have happened before its case began (sla.md 10)."""

    code = "occurred_before_case"
    title = "发生时间早于受理"


class VerdictUnchangedError(RuleViolatedError):
    """A correction must change the verdict and name approver and reason (sla.md 4)."""

    code = "verdict_unchanged"


def at_field(pointer: str, code: str, message: str) -> tuple[FieldError, ...]:
    """One offending field."""
    return (FieldError(pointer, code, message),)
