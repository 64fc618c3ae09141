"""How a clock ends: judged on when it happened, corrected only by name (sla.md 4, 9, 10)."""

from dataclasses import dataclass
from typing import Any

from shared.sla.budget import timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.errors import (
    ClockNotOpenError,
    OccurredBeforeCaseError,
    OccurredInFutureError,
    VerdictUnchangedError,
    at_field,
)
from shared.sla.instants import Instant, from_us
from shared.sla.rules import SILENT_AT_STOP, breach, catch_up, consumed_at, end_pause, require_open, standstill
from shared.sla.segments import closed
from shared.sla.state import State, Turn


@dataclass(frozen=True, slots=True)
class Moment:
    """When an action happened, and the instant by which its promise is judged."""

    occurred_at: Instant
    judged_at: Instant

    @property
    def is_late_entry(self) -> bool:
        """Entered so late that the pack's window, not the clerk's word, decides."""
        return self.judged_at != self.occurred_at


def moment_of(occurred_at: Instant | None, *, now: Instant, not_before: Instant, window_us: int) -> Moment:
    """An action older than the window is stored as given and judged at the window's edge (sla.md 10).

    Raises: OccurredInFutureError, OccurredBeforeCaseError.
    """
    if occurred_at is None:
        return Moment(now, now)
    if occurred_at > now:
        message = "发生时间不能晚于现在"
        raise OccurredInFutureError(message, errors=at_field("/occurred_at", "in_future", message))
    if occurred_at < not_before:
        message = "发生时间不能早于受理时间"
        raise OccurredBeforeCaseError(message, errors=at_field("/occurred_at", "before_case", message))
    return Moment(occurred_at, max(occurred_at, now - window_us))


def stop(turn: Turn, calendar: WorkingCalendar, moment: Moment) -> None:
    """The promise was answered: met up to and exactly at the deadline, else breached and stopped.

    A pause is closed first; a breach published after the true answer is retracted.  Raises: ClockNotOpenError.
    """
    require_open(turn.clock)
    judged_at = max(moment.judged_at, turn.clock.started_at)
    catch_up(turn, judged_at, silent=SILENT_AT_STOP)
    timeline = timeline_of(turn.clock.unit, calendar)
    if turn.clock.is_paused:
        end_pause(turn, timeline, judged_at)
    is_late = _is_late(turn, judged_at)
    if turn.clock.is_breached and not is_late:
        turn.say(
            "breach_retracted",
            cause="answered_in_time",
            detail={"breached_at": _text(turn.clock.breached_at)},
            state=State.MET,
            breach_retracted_at=turn.now,
        )
    clock = turn.clock
    consumed = consumed_at(clock, timeline, judged_at)
    turn.change(consumed_us=consumed, holdings=closed(clock.holdings, judged_at, consumed))
    turn.say(
        "met",
        occurred_at=moment.occurred_at,
        cause="late" if is_late else None,
        detail={"is_late": is_late, "is_late_entry": moment.is_late_entry, "stopped_at": _text(judged_at)},
        state=State.BREACHED if clock.is_breached else State.MET,
        **standstill(clock, judged_at),
    )


def _is_late(turn: Turn, judged_at: Instant) -> bool:
    deadline = turn.clock.deadline_at
    if deadline is None or judged_at <= deadline:
        return False
    if not turn.clock.is_breached and not turn.clock.is_aim:
        breach(turn, at=deadline, cause="deadline", consumed=turn.clock.budget_us or 0)
    return True


def correct(turn: Turn, *, verdict: State, approver: str, reason: str) -> None:
    """Change a verdict by name: the only way that one ever changes (sla.md 4).  The row of a breach stays, marked.

    Raises: ClockNotOpenError (not judged yet), VerdictUnchangedError.
    """
    clock = turn.clock
    if clock.is_open or clock.state not in (State.MET, State.BREACHED):
        raise ClockNotOpenError("时钟尚未判定，不能更正")
    if verdict not in (State.MET, State.BREACHED) or verdict is clock.state:
        raise VerdictUnchangedError("更正须改变判定", errors=at_field("/verdict", "unchanged", "更正须改变判定"))
    if not approver.strip() or not reason.strip():
        raise VerdictUnchangedError(
            "更正须写明批准人和理由", errors=at_field("/reason", "missing", "须写明批准人和理由")
        )
    changes: dict[str, Any]
    if verdict is State.MET:
        changes = {"breach_retracted_at": turn.now}
    else:
        changes = {
            "breached_at": clock.breached_at or clock.deadline_at or turn.now,
            "detected_at": clock.detected_at or turn.now,
            "breach_cause": "corrected",
            "breach_retracted_at": None,
        }
    turn.say(
        "corrected",
        cause="corrected",
        reason=reason,
        detail={"from_verdict": clock.state.value, "to_verdict": verdict.value, "approver": approver},
        state=verdict,
        **changes,
    )


def _text(at: Instant | None) -> str | None:
    return None if at is None else from_us(at).isoformat()
