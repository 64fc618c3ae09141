"""Why this deadline: the answer for each clock (sla.md 16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.contracts.sla import Segment
from shared.sla.budget import timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.history import pauses_of
from shared.sla.instants import Instant, from_us, maybe_from_us
from shared.sla.promise import Unit
from shared.sla.repository import ClockEvent
from shared.sla.rules import consumed_at
from shared.sla.segments import shares
from shared.sla.state import ClockState
from shared.sla.views import ClockView

LONGEST_LIST = 200
_UNITS = {
    Unit.NATURAL: "自然时间",
    Unit.BUSINESS: "工作时间",
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "个日历日",
}
_CHANGES = frozenset({"retargeted", "recalendared", "cancelled", "breach_retracted", "corrected"})


class CountedInterval(BaseModel):
    """A stretch of time that was, or will be, counted."""

    from_at: datetime
    until_at: datetime
    counted_us: int


class PauseEntry(BaseModel):
    """A wait, which was not counted."""

    from_at: datetime
    until_at: datetime | None
    reason: str | None
    is_automatic: bool
    """It ended by itself."""


class HistoryEntry(BaseModel):
    """One line of the clock's history."""

    at: datetime
    occurred_at: datetime
    fact: str
    level: str | None
    actor: str | None
    cause: str | None
    reason: str | None
    detail: dict[str, Any]


class Explanation(BaseModel):
    """Everything that made the deadline."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    summary: str
    """One Chinese sentence."""
    clock: ClockView
    pack: str
    chapter: str
    policy_version: str
    clause: str | None
    tier: str | None
    grade: str | None
    calendar: str
    calendar_revision: int
    zone: str
    unit: str
    budget: int | None
    budget_us: int | None
    """The budget in microseconds of the unit's time, as turned at the start."""
    consumed_us: int
    remaining_us: int | None
    intervals: list[CountedInterval]
    """Counted up to the deadline; without one up to the end or now."""
    has_more_intervals: bool
    pauses: list[PauseEntry]
    changes: list[HistoryEntry]
    """Retargeting, calendars, corrections."""
    history: list[HistoryEntry]
    segments: list[Segment]
    """Who consumed the time."""


def explanation_of(
    clock: ClockState, events: Sequence[ClockEvent], calendar: WorkingCalendar, *, now: Instant
) -> Explanation:
    """The explanation of a clock from its row, its history and the calendar revision it counts by."""
    timeline = timeline_of(clock.unit, calendar)
    consumed = consumed_at(clock, timeline, now)
    intervals = _intervals(clock, events, calendar, now)
    history = [_entry(event) for event in events]
    pauses = [
        PauseEntry(
            from_at=from_us(pause.from_at),
            until_at=maybe_from_us(pause.until_at),
            reason=pause.reason,
            is_automatic=pause.is_automatic,
        )
        for pause in pauses_of(events)
    ]
    return Explanation(
        summary=_summary(clock, calendar, len(pauses)),
        clock=ClockView.of(clock),
        pack=clock.stamp.pack,
        chapter=clock.stamp.chapter,
        policy_version=clock.stamp.version,
        clause=clock.clause,
        tier=clock.stamp.tier,
        grade=clock.stamp.grade,
        calendar=clock.calendar,
        calendar_revision=clock.calendar_revision,
        zone=calendar.definition.zone,
        unit=clock.unit.value,
        budget=clock.budget,
        budget_us=clock.budget_us,
        consumed_us=consumed,
        remaining_us=None if clock.budget_us is None else clock.budget_us - consumed,
        intervals=intervals[:LONGEST_LIST],
        has_more_intervals=len(intervals) > LONGEST_LIST,
        pauses=pauses,
        changes=[entry for entry in history if entry.fact in _CHANGES],
        history=history,
        segments=shares(clock, consumed),
    )


def _intervals(
    clock: ClockState, events: Sequence[ClockEvent], calendar: WorkingCalendar, now: Instant
) -> list[CountedInterval]:
    end = clock.deadline_at or clock.stopped_at or now
    runs: list[tuple[Instant, Instant]] = []
    begun = clock.started_at
    for pause in pauses_of(events):
        runs.append((begun, min(pause.from_at, end)))
        begun = pause.until_at or clock.pause_until or end
    runs.append((begun, end))
    counted = [
        piece
        for run in runs
        for piece in (calendar.intervals(*run) if clock.unit.needs_calendar else [run])
        if piece[1] > piece[0]
    ]
    return [
        CountedInterval(from_at=from_us(start), until_at=from_us(until), counted_us=until - start)
        for start, until in counted
    ]


def _entry(event: ClockEvent) -> HistoryEntry:
    return HistoryEntry(
        at=from_us(event.at),
        occurred_at=from_us(event.occurred_at),
        fact=event.fact,
        level=event.level,
        actor=event.actor,
        cause=event.cause,
        reason=event.reason,
        detail=event.detail,
    )


def _summary(clock: ClockState, calendar: WorkingCalendar, pauses: int) -> str:
    stamp = clock.stamp
    clause = f"条款 {clock.clause}" if clock.clause else "未注明条款"
    whom = "、".join([f"级别 {stamp.tier}"] * bool(stamp.tier) + [f"等级 {stamp.grade}"] * bool(stamp.grade))
    basis = f"依据 {stamp.pack} 制度 {stamp.chapter} 章 {stamp.version} 版{clause}" + (f"（{whom}）" if whom else "")
    start = _local(clock.started_at, calendar)
    if clock.deadline_at is None:
        return f"{basis}，{clock.metric} 未规定时限，自 {start} 起单独统计，不计入按时。"
    counted = f"按日历 {clock.calendar} 第 {clock.calendar_revision} 版" if clock.unit.needs_calendar else "按自然时间"
    waits = f"，扣除 {pauses} 次暂停" if pauses else ""
    guess = "（所涉年度节假日尚未公布，为暂定）" if clock.is_provisional else ""
    return (
        f"{basis}，{clock.metric} 时限为 {_amount(clock)}，自 {start} 起{counted}计算{waits}，"
        f"截止时间为 {_local(clock.deadline_at, calendar)}{guess}。"
    )


def _amount(clock: ClockState) -> str:
    budget = clock.budget or 0
    if clock.unit.is_dated:
        return f"{budget} {_UNITS[clock.unit]}" if budget else "当日 24:00 前"
    if budget % 60:
        return f"{budget} 分钟{_UNITS[clock.unit]}"
    return f"{budget // 60} 小时{_UNITS[clock.unit]}"


def _local(at: Instant, calendar: WorkingCalendar) -> str:
    return from_us(at).astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")
