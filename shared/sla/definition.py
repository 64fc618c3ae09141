"""A working calendar as data: weekly windows and dated overrides, validated (sla.md 3)."""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.sla.errors import CalendarInvalidError

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

Windows = tuple[tuple[int, int], ...]
"""Open windows of one day in minutes after midnight, in order; the end may be 1440."""

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


def parse_windows(texts: tuple[str, ...]) -> Windows:
    """Minutes of `HH:MM-HH:MM` windows.  Raises: CalendarInvalidError on empty, reversed or overlapping ones."""
    windows = tuple(_parse(text) for text in texts)
    for (_, closes), (opens, _) in pairwise(windows):
        if opens < closes:
            raise CalendarInvalidError("工作时段重叠或未按先后排列")
    return windows


def _parse(text: str) -> tuple[int, int]:
    match = _WINDOW.fullmatch(text)
    if match is None:
        raise CalendarInvalidError("工作时段应写作 HH:MM-HH:MM")
    opens = int(match[1]) * 60 + int(match[2])
    closes = 1440 if match[3] is None else int(match[3]) * 60 + int(match[4])
    if closes <= opens:
        raise CalendarInvalidError("工作时段的结束须晚于开始；跨夜请拆成两天")
    return opens, closes


def _checked(texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        parse_windows(texts)
    except CalendarInvalidError as error:
        raise ValueError(error.detail) from error
    return texts


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("未知的时区") from error
    return zone


def _has_time(weekly: dict[Weekday, tuple[str, ...]]) -> dict[Weekday, tuple[str, ...]]:
    if not any(weekly.values()):
        raise ValueError("日历没有任何每周工作时间")
    return weekly


DayWindows = Annotated[tuple[str, ...], AfterValidator(_checked)]


class CalendarDefinition(BaseModel):
    """What `calendar_revisions.definition` holds; an override beats the weekday, an empty one is a closed day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: Annotated[str, AfterValidator(_known)] = "Asia/Shanghai"
    weekly: Annotated[dict[Weekday, DayWindows], AfterValidator(_has_time)]
    overrides: dict[date, DayWindows] = Field(default_factory=dict)
    provisional_from: date | None = None
    """First day whose holidays nobody has published yet."""

    def windows_of(self, weekday: int) -> Windows:
        """Windows of a weekday, Monday is 0."""
        return parse_windows(self.weekly.get(WEEKDAYS[weekday], ()))

    def workday_windows(self) -> tuple[str, ...]:
        """What a shifted workday works: the windows of the first weekday that has any."""
        return next(texts for day in WEEKDAYS if (texts := self.weekly.get(day, ())))
