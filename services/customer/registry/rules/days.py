"""Civil days of the mainland, and the bounds within which a day may lie."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.customer.registry.errors import DayPassedError
from shared.errors import FieldError

LOCAL = ZoneInfo("Asia/Shanghai")


def civil(now: datetime) -> date:
    """The mainland's date of an instant."""
    return now.astimezone(LOCAL).date()


def ensure_come(day: date | None, now: datetime, pointer: str) -> None:
    """The day is today or before.  Raises: DayPassedError."""
    if day is not None and day > civil(now):
        _refuse("日期不得晚于今天", pointer)


def ensure_ahead(day: date | None, now: datetime, pointer: str) -> None:
    """The day is today or later.  Raises: DayPassedError."""
    if day is not None and day < civil(now):
        _refuse("日期不得早于今天", pointer)


def ensure_from(day: date | None, first: date | None, pointer: str, text: str) -> None:
    """The day is not before another one.  Raises: DayPassedError."""
    if day is not None and first is not None and day < first:
        _refuse(text, pointer)


def _refuse(text: str, pointer: str) -> None:
    raise DayPassedError(text, errors=(FieldError(pointer, DayPassedError.code, text),))
