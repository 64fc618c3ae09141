"""What callers get: no name, no number, and the customer's words only through their own door."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime

from services.callback.visits.rules.owners import Gap
from services.callback.visits.rules.states import FindingKind, MoveState, Origin, VisitState
from services.callback.visits.service.reading import Shown
from shared.http.base_model import ApiModel
from shared.http.page import Page


class VisitPlan(ApiModel):
    """One run of the planning."""

    id: UUID
    company: str
    period: str
    state: str
    requested_by: UUID | None
    """Null = by the schedule."""
    requested_at: AwareDatetime
    finished_at: AwareDatetime | None
    customers: int
    planned: int
    gaps: int
    """Of the planned, those for which nobody was found."""
    withdrawn: int
    policy_pack: str
    policy_version: str
    version: int


class VisitPlanPage(Page[VisitPlan]):
    """One page of runs, newest first."""


class Visit(ApiModel):
    """One visit or service."""

    id: UUID
    company: str
    number: str
    service: str
    origin: Origin
    pace: str
    tier: str
    customer_id: UUID
    member_id: UUID | None
    window_from: AwareDatetime
    window_until: AwareDatetime | None
    due_at: AwareDatetime | None
    """Null = untargeted."""
    planned_on: date | None
    state: VisitState
    provider_post: str
    posts: list[str]
    owner_id: UUID | None
    department: str | None
    gap: Gap | None
    """Why nobody is there."""
    moves: int
    pending_move_id: UUID | None
    reason: str | None
    cancel_reason: str | None
    is_excused: bool | None
    planned_at: AwareDatetime
    opened_at: AwareDatetime | None
    """When its clock began; null before its window."""
    started_by: UUID | None
    visited_at: AwareDatetime | None
    done_by: UUID | None
    done_at: AwareDatetime | None
    is_late: bool | None
    missed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    matter_id: UUID
    policy_pack: str
    policy_version: str
    version: int


class VisitPage(Page[Visit]):
    """One page of visits, by the beginning of their windows."""


class VisitTaker(ApiModel):
    """Somebody of the company who took part."""

    staff_id: UUID
    post: str


class VisitProofKept(ApiModel):
    """One proof."""

    kind: str
    file_id: UUID | None
    note: str | None


class VisitMove(ApiModel):
    """One change of the date."""

    id: UUID
    position: int
    from_on: date | None
    to_on: date
    is_beyond: bool
    reason: str
    state: MoveState
    asked_by: UUID
    asked_at: AwareDatetime
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None


class VisitFinding(ApiModel):
    """What was learnt that others work on; the words have their own door."""

    id: UUID
    kind: FindingKind
    need: str | None
    department: str
    opinion_id: UUID | None
    opinion_number: str | None
    event_id: UUID | None
    """Of the lead."""
    raised_at: AwareDatetime


class VisitDetail(Visit):
    """One visit with all that belongs to it."""

    participants: list[VisitTaker]
    proofs: list[VisitProofKept]
    move_history: list[VisitMove]
    findings: list[VisitFinding]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """As it is shown."""
        return cls(
            **Visit.model_validate(shown.row).model_dump(),
            participants=[VisitTaker.model_validate(one) for one in shown.participants],
            proofs=[VisitProofKept.model_validate(one) for one in shown.proofs],
            move_history=[VisitMove.model_validate(one) for one in shown.moves],
            findings=[VisitFinding.model_validate(one) for one in shown.findings],
        )


class VisitLearnt(ApiModel):
    """What was written down of the customer's words."""

    visit_id: UUID
    learnt: str | None
    note: str | None
    findings: dict[UUID, str]
    """Words by finding."""


class VisitFulfilment(ApiModel):
    """One line of the figure: visits of a tier and post that fell due in the period."""

    tier: str
    post: str
    numerator: int
    denominator: int
    """Judged: made in time, late, missed, cancelled without excuse."""
    unanswered: int
    """Still open."""
    untargeted: int
    """Started by a person in the period: counted apart."""


class VisitFulfilments(ApiModel):
    """The figure of a period."""

    period: str
    from_at: AwareDatetime
    until_at: AwareDatetime
    items: list[VisitFulfilment]
