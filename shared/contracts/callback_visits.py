"""Facts about visits, other services of the entitlements and yearly evaluations: ids, codes and times only."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class VisitFact(EventPayload):
    """What every fact about a visit or service says of it."""

    visit_id: UUID
    number: str
    service: str
    """A code of the pack's entitlements."""
    origin: str
    """planned: owed by its frequency; started: by a person with a reason, counted untargeted."""
    tier: str
    customer_id: UUID
    member_id: UUID | None = None
    provider_post: str
    state: str
    due_at: datetime | None = None
    occurred_at: datetime


class VisitPlanned(VisitFact):
    """A visit is owed within its window; nobody was found for it where `gap` says why."""

    TYPE: ClassVar[str] = "callback.visit_planned"

    window_from: datetime
    planned_on: date | None = None
    gap: str | None = None


class VisitMoved(VisitFact):
    """The date was changed; beyond the window by two persons."""

    TYPE: ClassVar[str] = "callback.visit_moved"

    planned_on: date
    is_beyond: bool


class VisitAssigned(VisitFact):
    """Somebody else owes it."""

    TYPE: ClassVar[str] = "callback.visit_assigned"


class VisitDone(VisitFact):
    """It took place, with its proofs."""

    TYPE: ClassVar[str] = "callback.visit_done"

    visited_at: datetime
    recorded_by: UUID
    participants: list[UUID] = Field(default_factory=list)
    proofs: list[str] = Field(default_factory=list)
    """Kinds, codes of the pack."""
    is_late: bool | None = None
    """Null where nothing was due."""


class VisitCancelled(VisitFact):
    """It is not made; unless excused it counts as not fulfilled."""

    TYPE: ClassVar[str] = "callback.visit_cancelled"

    reason: str
    is_excused: bool


class VisitMissed(VisitFact):
    """It was not made in time."""

    TYPE: ClassVar[str] = "callback.visit_missed"


class ServiceStarted(VisitFact):
    """A person started a service with a reason, as competition or the customer needs."""

    TYPE: ClassVar[str] = "callback.service_started"

    started_by: UUID
    pace: str
    """as_needed, on_request or trial."""


class VisitNeedFound(VisitFact):
    """A need heard on a visit: a lead for the department, as `callback.need_found` is from a call."""

    TYPE: ClassVar[str] = "callback.visit_need_found"

    finding_id: UUID
    need: str
    """A code of the pack."""
    department: str
    found_by: UUID


class AccountEvaluationFact(EventPayload):
    """What every fact about a yearly evaluation says of it."""

    evaluation_id: UUID
    number: str
    customer_id: UUID
    tier: str
    year: int
    state: str
    occurred_at: datetime


class AccountEvaluationOpened(AccountEvaluationFact):
    """A key account is to be evaluated."""

    TYPE: ClassVar[str] = "callback.account_evaluation_opened"

    due_at: datetime


class AccountEvaluated(AccountEvaluationFact):
    """The evaluation was reviewed by another person and agreed."""

    TYPE: ClassVar[str] = "callback.account_evaluated"

    scores: dict[str, int] = Field(default_factory=dict)
    """1 to 5 by category of the pack."""
    improvement_count: int = 0
    reviewed_by: UUID


EVENTS: tuple[type[EventPayload], ...] = (
    VisitPlanned,
    VisitMoved,
    VisitAssigned,
    VisitDone,
    VisitCancelled,
    VisitMissed,
    ServiceStarted,
    VisitNeedFound,
    AccountEvaluationOpened,
    AccountEvaluated,
)
"""Everything in this file that crosses the bus."""
