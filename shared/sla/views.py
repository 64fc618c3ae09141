"""A clock as the API shows it: `/v1/{subject}/{id}/clocks`."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.sla.instants import from_us, maybe_from_us
from shared.sla.state import ClockState


class ClockView(BaseModel):
    """One promise and how it stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: UUID
    version: int
    metric: str
    cycle: int
    sequence: int
    """Counts the repetitions of a recurring promise."""
    state: str
    """running, paused, met, breached or cancelled; answered late is breached with `stopped_at`."""
    tier: str | None
    grade: str | None
    pack: str
    policy_version: str
    clause: str | None
    calendar: str
    calendar_revision: int
    unit: str
    budget: int | None
    """Minutes (natural, business) or days; null = no target, counted apart."""
    is_untargeted: bool
    started_at: datetime
    deadline_at: datetime | None
    """While it waits: the latest deadline, if the wait ends by itself."""
    paused_at: datetime | None
    pause_reason: str | None
    pause_until: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    """The deadline's instant."""
    detected_at: datetime | None
    breach_cause: str | None
    breach_retracted_at: datetime | None
    is_late: bool
    """Answered after the deadline; an aim is then late without a breach."""
    is_aim: bool
    is_provisional: bool
    """The deadline reaches a year whose holidays are not published yet."""

    @classmethod
    def of(cls, clock: ClockState) -> "ClockView":
        """The view of a state."""
        is_late = (
            clock.stopped_at is not None and clock.deadline_at is not None and clock.stopped_at > clock.deadline_at
        )
        return cls.model_construct(
            id=clock.id,
            version=clock.version,
            metric=clock.metric,
            cycle=clock.cycle,
            sequence=clock.sequence,
            state=clock.state.value,
            tier=clock.stamp.tier,
            grade=clock.stamp.grade,
            pack=clock.stamp.pack,
            policy_version=clock.stamp.version,
            clause=clock.clause,
            calendar=clock.calendar,
            calendar_revision=clock.calendar_revision,
            unit=clock.unit.value,
            budget=clock.budget,
            is_untargeted=clock.budget is None,
            started_at=from_us(clock.started_at),
            deadline_at=maybe_from_us(clock.deadline_at),
            paused_at=maybe_from_us(clock.paused_at),
            pause_reason=clock.pause_reason,
            pause_until=maybe_from_us(clock.pause_until),
            stopped_at=maybe_from_us(clock.stopped_at),
            breached_at=maybe_from_us(clock.breached_at),
            detected_at=maybe_from_us(clock.detected_at),
            breach_cause=clock.breach_cause,
            breach_retracted_at=maybe_from_us(clock.breach_retracted_at),
            is_late=is_late and clock.state.value != "cancelled",
            is_aim=clock.is_aim,
            is_provisional=clock.is_provisional,
        )
