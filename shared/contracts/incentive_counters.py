"""Facts about what adds up and what stands: ids, codes, numbers and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class IncentiveCounterFact(EventPayload):
    """What both facts about a counter say of it."""

    tally_id: UUID
    counter: str
    """A code of the pack."""
    subject_type: str
    """employee or department."""
    subject_id: UUID | None = None
    """Staff id."""
    subject_department: str | None = None
    """The department itself, or that of the employee."""
    year: int | None = None
    """None = all years."""
    count: int
    limit: int
    """At which number the clause is proposed."""
    provision: str
    """The clause: a code of the pack's catalogue."""
    reached_id: UUID
    """The cause of the proposal; another one each time that the limit is reached."""
    cause_ids: list[UUID] = Field(default_factory=list)
    """What counts now, by time."""
    occurred_at: datetime


class IncentiveCounterReached(IncentiveCounterFact):
    """The count came to the limit: the clause is proposed."""

    TYPE: ClassVar[str] = "incentive.counter_reached"


class IncentiveCounterFell(IncentiveCounterFact):
    """A cause was taken back and the count is below the limit again: so is what was proposed."""

    TYPE: ClassVar[str] = "incentive.counter_fell"


class IncentiveStandingChanged(EventPayload):
    """What a case leaves standing holds, or holds no more; says the whole, whatever was said before."""

    TYPE: ClassVar[str] = "incentive.standing_changed"

    standing_id: UUID
    kind: str
    """awards_lost, suspended, warned or month_grade."""
    grade: str | None = None
    subject_type: str
    """employee or department."""
    subject_id: UUID | None = None
    """Staff id."""
    subject_department: str | None = None
    period: str
    """A year of lost awards, else a month; of a suspension the first."""
    until_period: str | None = None
    """The last month of a suspension that was lifted."""
    case_id: UUID
    provision: str
    is_holding: bool
    ended_for: str | None = None
    """suspended, reversed or lifted."""
    changed_by: UUID | None = None
    """Who lifted it."""
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (IncentiveCounterReached, IncentiveCounterFell, IncentiveStandingChanged)
"""Everything in this file that crosses the bus."""
