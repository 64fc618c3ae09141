"""The twelve facts of a clock; every service publishes them of its own clocks (design.md 4, sla.md)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import EventPayload


class ClockPayload(EventPayload):
    """What every fact says of its clock, in the state after the fact."""

    clock_id: UUID
    subject_type: str
    """complaint, order, callback, notice, incentive, appeal, visit …"""
    subject_id: UUID
    metric: str
    cycle: int
    sequence: int
    state: str
    """running, paused, met, breached or cancelled."""
    tier: str | None = None
    grade: str | None = None
    clause: str | None = None
    deadline_at: datetime | None = None
    """Null where no limit is set (sla.md 15)."""
    is_aim: bool = False
    is_consequence: bool = False
    """Clocks of a consequence never propose another for the same matter."""
    occurred_at: datetime
    """When it happened; the envelope's time says when it was recorded."""


class ClockStarted(ClockPayload):
    """A promise began to run."""

    TYPE: ClassVar[str] = "sla.started"

    started_at: datetime
    budget: int | None = None
    """Minutes (natural, business) or days; null = untargeted."""
    unit: str
    calendar: str
    calendar_revision: int
    is_provisional: bool = False


class ClockWarned(ClockPayload):
    """A share of the budget is consumed."""

    TYPE: ClassVar[str] = "sla.warned"

    level: str
    """Percent of the budget."""


class ClockEscalated(ClockPayload):
    """A rung of the ladder was reached: either a member of staff or a post is told, never nobody."""

    TYPE: ClassVar[str] = "sla.escalated"

    level: str
    """Number of the rung, from 1."""
    trigger: str
    """warning or breach."""
    to_post: str | None = None
    staff_id: UUID | None = None
    """The superior that the rung names; empty when a post is told."""


class Segment(BaseModel):
    """How much of the time one holder consumed (sla.md 17)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    owner_id: UUID | None = None
    team: str | None = None
    department: str | None = None
    from_at: datetime
    until_at: datetime | None = None
    consumed_us: int
    """Counted microseconds of the clock's own time."""


class ClockBreached(ClockPayload):
    """The promise was not kept; said once for each clock."""

    TYPE: ClassVar[str] = "sla.breached"

    breached_at: datetime
    """The deadline's instant; the instant of the change when a change of policy or calendar caused it."""
    detected_at: datetime
    cause: str
    """deadline, retarget or recalendar."""
    segments: list[Segment] = Field(default_factory=list)


class ClockMet(ClockPayload):
    """The promise was answered; late when the clock is breached, or an aim missed."""

    TYPE: ClassVar[str] = "sla.met"

    stopped_at: datetime
    """The instant by which it was judged."""
    is_late: bool
    is_late_entry: bool = False


class ClockCancelled(ClockPayload):
    """Nobody owes this any more; a breach given before stays."""

    TYPE: ClassVar[str] = "sla.cancelled"

    cause: str


class ClockPaused(ClockPayload):
    """Waits for a reason that the pack lists."""

    TYPE: ClassVar[str] = "sla.paused"

    reason: str
    until: datetime | None = None


class ClockResumed(ClockPayload):
    """Counts again."""

    TYPE: ClassVar[str] = "sla.resumed"

    is_automatic: bool = False


class ClockRetargeted(ClockPayload):
    """Tier, grade or policy changed under the running clock; start and consumed time were kept."""

    TYPE: ClassVar[str] = "sla.retargeted"

    cause: str
    from_deadline_at: datetime | None = None
    from_tier: str | None = None
    from_grade: str | None = None


class ClockRecalendared(ClockPayload):
    """The calendar changed under the running clock."""

    TYPE: ClassVar[str] = "sla.recalendared"

    from_deadline_at: datetime | None = None
    from_calendar_revision: int
    to_calendar_revision: int


class ClockBreachRetracted(ClockPayload):
    """A breach published before proved wrong: the answer was in time and recorded later."""

    TYPE: ClassVar[str] = "sla.breach_retracted"

    breached_at: datetime
    breach_event_id: UUID
    """Id of the `sla.breached` that is taken back."""


class ClockCorrected(ClockPayload):
    """A verdict was changed by name; the reason is kept with the clock, not sent."""

    TYPE: ClassVar[str] = "sla.corrected"

    from_verdict: str
    to_verdict: str
    approver: str
    """Staff id."""
    breach_event_id: UUID


EVENTS: tuple[type[EventPayload], ...] = (
    ClockStarted,
    ClockWarned,
    ClockEscalated,
    ClockBreached,
    ClockMet,
    ClockCancelled,
    ClockPaused,
    ClockResumed,
    ClockRetargeted,
    ClockRecalendared,
    ClockBreachRetracted,
    ClockCorrected,
)
"""Everything in this file that crosses the bus."""
