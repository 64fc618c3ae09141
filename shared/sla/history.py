"""What a clock's events say of the stretches in which it ran and waited."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.sla.changes import Interval
from shared.sla.instants import Instant
from shared.sla.repository import ClockEvent
from shared.sla.state import ClockState


@dataclass(frozen=True, slots=True)
class Pause:
    """One wait."""

    from_at: Instant
    until_at: Instant | None
    reason: str | None
    is_automatic: bool = False


def pauses_of(events: Iterable[ClockEvent]) -> list[Pause]:
    """The waits in order; a change of the reason belongs to the wait it falls into."""
    pauses: list[Pause] = []
    for event in events:
        is_waiting = bool(pauses) and pauses[-1].until_at is None
        if event.fact == "paused" and is_waiting:
            pauses[-1] = Pause(pauses[-1].from_at, None, event.reason)
        elif event.fact == "paused":
            pauses.append(Pause(event.occurred_at, None, event.reason))
        elif event.fact == "resumed" and is_waiting:
            wait = pauses[-1]
            until = max(event.occurred_at, wait.from_at)
            pauses[-1] = Pause(wait.from_at, until, wait.reason, bool(event.detail.get("is_automatic")))
        elif event.fact == "cancelled" and is_waiting:
            pauses[-1] = Pause(pauses[-1].from_at, event.occurred_at, pauses[-1].reason)
    return pauses


def finished_runs(clock: ClockState, events: Iterable[ClockEvent]) -> list[Interval]:
    """The stretches that were ended by a pause; the present run is not among them."""
    runs: list[Interval] = []
    begun = clock.started_at
    for pause in pauses_of(events):
        runs.append((begun, max(begun, pause.from_at)))
        if pause.until_at is None:
            break
        begun = pause.until_at
    return runs
