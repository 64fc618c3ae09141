"""Bodies and answers of trainings, service meetings, what is owed of them and what meetings decided."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.inspection.improvement.models.gatherings import MeetingDecisionRow, ServiceMeetingRow
from services.inspection.improvement.rules.drafts import Decided, Held
from services.inspection.improvement.rules.states import DecisionState, DutyState, GatheringKind
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Minutes = Annotated[int, Field(ge=1, le=1440)]
People = Annotated[list[UUID], Field(min_length=1, max_length=500)]
Heads = Annotated[int, Field(ge=0, le=500)]


class _Recorded(ApiModel):
    department: Code
    team: Code | None = None
    subject: ShortText
    held_at: AwareDatetime
    minutes: Minutes
    """How long it lasted."""
    person_ids: People
    led_by: UUID | None = None
    words: LongText | None = None
    file_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    """The minutes, and whatever else."""
    makes_up: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}|-Q[1-4])?$")] | None = None
    """An earlier period that is still owed; none = the one in which it was held."""


class TrainingRecord(_Recorded):
    """A training that was held."""

    assessed: Heads | None = None
    passed: Heads | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.assessed is None) != (self.passed is None) or (self.passed or 0) > (self.assessed or 0):
            raise ValueError("考核人数与合格人数须同时填写，合格人数不得多于考核人数")
        return self

    def held(self) -> Held:
        """As the rules know it."""
        return _held(self, GatheringKind.TRAINING, assessed=self.assessed, passed=self.passed)


class DecisionRecord(ApiModel):
    """What the meeting decided."""

    words: LongText
    owner_id: UUID
    due_on: date


class ServiceMeetingRecord(_Recorded):
    """A service meeting that was held."""

    decisions: Annotated[list[DecisionRecord], Field(max_length=50)] = Field(default_factory=list)

    def held(self) -> Held:
        """As the rules know it."""
        decided = tuple(Decided(**one.model_dump()) for one in self.decisions)
        return _held(self, GatheringKind.MEETING, decisions=decided)


def _held(
    said: _Recorded,
    kind: GatheringKind,
    *,
    assessed: int | None = None,
    passed: int | None = None,
    decisions: tuple[Decided, ...] = (),
) -> Held:
    return Held(
        kind=kind,
        department=said.department,
        team=said.team,
        subject=said.subject,
        held_at=said.held_at,
        minutes=said.minutes,
        person_ids=tuple(said.person_ids),
        led_by=said.led_by,
        words=said.words,
        file_ids=tuple(said.file_ids),
        makes_up=said.makes_up,
        assessed=assessed,
        passed=passed,
        decisions=decisions,
    )


class _Gathering(ApiModel):
    id: UUID
    company: str
    department: str
    team: str | None
    duty_id: UUID | None
    """What it answers; null = held beyond what was owed."""
    subject: str
    held_at: AwareDatetime
    minutes: int
    person_ids: list[UUID]
    led_by: UUID | None
    words: str | None
    file_ids: list[UUID]
    recorded_by: UUID
    recorded_at: AwareDatetime
    policy_version: str
    version: int


class Training(_Gathering):
    """One training."""

    assessed: int | None
    passed: int | None


class TrainingPage(Page[Training]):
    """A page of trainings, newest first."""


class MeetingDecision(ApiModel):
    """What a meeting decided."""

    id: UUID
    company: str
    meeting_id: UUID
    position: int
    department: str
    words: str
    owner_id: UUID
    due_on: date
    due_at: AwareDatetime
    state: DecisionState
    decided_at: AwareDatetime
    done_by: UUID | None
    done_at: AwareDatetime | None
    done_words: str | None
    is_late: bool | None
    improvement_id: UUID | None
    cancel_reason: str | None
    matter_id: UUID
    policy_version: str
    version: int


class MeetingDecisionPage(Page[MeetingDecision]):
    """A page of decisions, newest first."""


class MeetingDecisionDone(ApiModel):
    """What was done."""

    words: LongText


class MeetingDecisionImprove(ApiModel):
    """The improvement that it becomes."""

    title: ShortText


class MeetingDecisionCancel(ApiModel):
    """Why it is given up."""

    reason: LongText


class ServiceMeetingHead(_Gathering):
    """One service meeting, as lists show it."""


class ServiceMeetingPage(Page[ServiceMeetingHead]):
    """A page of meetings, newest first."""


class ServiceMeeting(_Gathering):
    """One service meeting with what it decided."""

    decisions: list[MeetingDecision]

    @classmethod
    def of(cls, row: ServiceMeetingRow, decisions: Sequence[MeetingDecisionRow]) -> Self:
        """From its rows."""
        head = ServiceMeetingHead.model_validate(row).model_dump()
        return cls(**head, decisions=[MeetingDecision.model_validate(one) for one in decisions])


class GatheringDuty(ApiModel):
    """That a department holds a training or meeting in a period."""

    id: UUID
    company: str
    kind: GatheringKind
    department: str
    period: str
    period_from: AwareDatetime
    due_at: AwareDatetime
    ends_at: AwareDatetime
    """Until when it may be made up for."""
    state: DutyState
    record_id: UUID | None
    """The training or meeting that answers it."""
    held_at: AwareDatetime | None
    is_late: bool | None
    missed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    policy_version: str
    version: int


class GatheringDutyPage(Page[GatheringDuty]):
    """A page of duties, newest first."""
