"""What callers send."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.visits.rules import reports
from services.callback.visits.service.moving import Decision
from services.callback.visits.service.starting import Start
from shared.http.base_model import ApiModel, Code, LongText, ShortText


class VisitPlanCreate(ApiModel):
    """What is to be planned."""

    period: Annotated[str, Field(max_length=10, examples=["2026-11"])]
    """A year or a month that has not ended, at most the next year."""


class VisitStart(ApiModel):
    """A service that is started by a person: as competition or the customer needs, or a trial."""

    customer_id: UUID
    service: Code
    reason: LongText
    member_id: UUID | None = None
    planned_on: date | None = None
    ends_on: date | None = None
    """Of a trial: its last day; without one after the pack's months."""

    def start(self) -> Start:
        """As the use case takes it."""
        return Start(**dict(self))


class VisitParticipant(ApiModel):
    """Somebody of the company who took part, and in which post."""

    staff_id: UUID
    post: Code


class VisitProof(ApiModel):
    """One proof; a file was stored before by `POST /v1/files?for=callback`."""

    kind: Code
    file_id: UUID | None = None
    note: ShortText | None = None


class VisitNeed(ApiModel):
    """What the customer needs: a lead for the department that the pack names."""

    need: Code
    words: LongText | None = None


class VisitSuggestion(ApiModel):
    """What the customer suggests: answered as an opinion."""

    words: LongText
    department: Code | None = None
    """Which shall answer; without one that of the visit."""


class VisitRecord(ApiModel):
    """A visit as it was."""

    visited_at: AwareDatetime
    participants: Annotated[list[VisitParticipant], Field(max_length=30)] = Field(default_factory=list)
    proofs: Annotated[list[VisitProof], Field(max_length=20)] = Field(default_factory=list)
    learnt: LongText | None = None
    needs: Annotated[list[VisitNeed], Field(max_length=10)] = Field(default_factory=list)
    suggestions: Annotated[list[VisitSuggestion], Field(max_length=10)] = Field(default_factory=list)

    def report(self) -> reports.VisitReport:
        """As the use case takes it."""
        return reports.VisitReport(
            visited_at=self.visited_at,
            participants=tuple(reports.Participant(one.staff_id, one.post) for one in self.participants),
            proofs=tuple(reports.Given(one.kind, one.file_id, one.note) for one in self.proofs),
            learnt=self.learnt,
            needs=tuple(reports.HeardNeed(one.need, one.words) for one in self.needs),
            suggestions=tuple(reports.HeardSuggestion(one.words, one.department) for one in self.suggestions),
        )


class VisitReschedule(ApiModel):
    """Another date; beyond the window's end another person decides."""

    planned_on: date
    reason: ShortText


class VisitMoveDecision(ApiModel):
    """What the other person decides."""

    is_approved: bool
    reason: ShortText

    def decision(self) -> Decision:
        """As the use case takes it."""
        return Decision(self.is_approved, self.reason)


class VisitAssign(ApiModel):
    """Who owes it from now on."""

    owner_id: UUID
    reason: ShortText


class VisitCancel(ApiModel):
    """Why it is not made, a code of the pack."""

    reason: Code
    note: ShortText | None = None
