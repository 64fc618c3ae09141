"""The clock as the pure rules see it: a projection of its events, times in integer microseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from shared.contracts.base import Routing
from shared.sla.instants import Instant
from shared.sla.promise import PolicyStamp, Terms, Unit


class State(StrEnum):
    """A clock that was met late is breached and stopped; one that waits after its breach is breached and paused."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Check(NamedTuple):
    """An instant at which the sweep says something, computed ahead so that the sweep needs no calendar (sla.md 14).

    `mark` is the counted time at which it falls due; `post` is told, or told where there is no `superior`-th superior.
    """

    at: Instant
    fact: str
    mark: int = 0
    level: str | None = None
    trigger: str | None = None
    post: str | None = None
    superior: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of the `pending` column."""
        if self.trigger is not None:
            return self._asdict()
        if self.level is not None:
            return {"at": self.at, "fact": self.fact, "mark": self.mark, "level": self.level}
        return {"at": self.at, "fact": self.fact, "mark": self.mark}


@dataclass(frozen=True, slots=True)
class Holding:
    """The time one holder had the clock (sla.md 17); the last one is open until the clock stops."""

    id: UUID
    owner_id: UUID | None
    team: str | None
    department: str | None
    from_at: Instant
    until_at: Instant | None = None
    consumed_us: int | None = None


@dataclass(frozen=True, slots=True)
class ClockState:
    """One row of `clocks`."""

    id: UUID
    company: str
    subject_type: str
    subject_id: UUID
    metric: str
    cycle: int
    sequence: int
    version: int
    state: State
    stamp: PolicyStamp
    clause: str | None
    calendar: str
    calendar_revision: int
    unit: Unit
    budget: int | None
    budget_us: int | None
    started_at: Instant
    running_since: Instant | None
    consumed_us: int = 0
    deadline_at: Instant | None = None
    next_check_at: Instant | None = None
    paused_at: Instant | None = None
    pause_reason: str | None = None
    pause_until: Instant | None = None
    stopped_at: Instant | None = None
    breached_at: Instant | None = None
    detected_at: Instant | None = None
    breach_cause: str | None = None
    breach_retracted_at: Instant | None = None
    is_aim: bool = False
    is_provisional: bool = False
    is_consequence: bool = False
    terms: Terms = field(default_factory=Terms)
    checks: tuple[Check, ...] = ()
    routing: Routing = field(default_factory=Routing)
    customer_id: UUID | None = None
    title: str | None = None
    matter_id: UUID | None = None
    correlation_id: UUID | None = None
    hops: int = 0
    holdings: tuple[Holding, ...] = ()

    @property
    def is_open(self) -> bool:
        """Neither stopped nor cancelled."""
        return self.stopped_at is None

    @property
    def is_paused(self) -> bool:
        """Waits, also when it waits after a breach."""
        return self.paused_at is not None

    @property
    def is_breached(self) -> bool:
        """A verdict that was not retracted."""
        return self.state is State.BREACHED

    @property
    def due(self) -> tuple[Check, ...]:
        """Checks that were not said yet; those before `next_check_at` were."""
        if self.next_check_at is None:
            return ()
        return tuple(check for check in self.checks if check.at >= self.next_check_at)

    @property
    def said(self) -> tuple[Check, ...]:
        """Checks that were said already."""
        if self.next_check_at is None:
            return self.checks
        return tuple(check for check in self.checks if check.at < self.next_check_at)


@dataclass(frozen=True, slots=True)
class ClockFact:
    """One clock event: what is recorded at `at`, happened at `occurred_at`; `clock` is the state after it."""

    fact: str
    at: Instant
    occurred_at: Instant
    clock: ClockState
    level: str | None = None
    actor: str | None = None
    cause: str | None = None
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class Turn:
    """The steps of one use case on one clock: each says one fact and counts the version up by one."""

    def __init__(self, clock: ClockState, now: Instant, actor: str | None = None) -> None:
        self.before = clock
        self.clock = clock
        self.now = max(now, clock.running_since or now, *(check.at for check in clock.said))
        """Never before what was said already: two processes' clocks may differ by a millisecond."""
        self.actor = actor
        self.facts: list[ClockFact] = []

    def change(self, **changes: Any) -> None:
        """Change the clock without a word."""
        self.clock = replace(self.clock, **changes)

    def say(
        self,
        fact: str,
        *,
        occurred_at: Instant | None = None,
        level: str | None = None,
        cause: str | None = None,
        reason: str | None = None,
        detail: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        """Change the clock and record the fact with the state after it."""
        self.clock = replace(self.clock, version=self.clock.version + 1, **changes)
        self.facts.append(
            ClockFact(
                fact,
                self.now,
                self.now if occurred_at is None else occurred_at,
                self.clock,
                level,
                self.actor,
                cause,
                reason,
                detail or {},
            )
        )
