"""Bodies and answers of the improvements."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.inspection.improvement.rules.drafts import HandEffect, ImprovementDraft, PlanTerms
from services.inspection.improvement.rules.states import ImprovementSource, ImprovementState
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Files = Annotated[list[UUID], Field(max_length=20)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class RaisedSource(StrEnum):
    """What somebody raises an improvement from; proposals and meetings become one by a step of their own."""

    FINDING = "finding"
    COMPLAINT = "complaint"
    SURVEY = "survey"
    OFFICE = "office"


class ImprovementCreate(ApiModel):
    """An improvement that somebody proposes."""

    source_type: RaisedSource
    source_id: UUID | None = None
    """The finding, complaint or survey."""
    source_number: Annotated[str, Field(max_length=40)] | None = None
    """Of a complaint or survey, instead of its id."""
    title: ShortText
    goal: LongText | None = None
    measure: LongText | None = None
    department: Code
    team: Code | None = None
    clause: Code | None = None
    """None = that of the finding, or of the pack."""
    plan_id: UUID | None = None

    def drafted(self) -> ImprovementDraft:
        """As the rules know it."""
        said = self.model_dump(exclude={"source_type"})
        return ImprovementDraft(source=ImprovementSource(self.source_type.value), **said)


class ImprovementPlanned(ApiModel):
    """How it is to be done."""

    owner_id: UUID
    due_on: date
    goal: LongText
    measure: LongText
    team: Code | None = None
    plan_id: UUID | None = None
    indicator: Code | None = None
    """Of the pack, counted from facts before and after; none = measured by hand."""
    indicator_category: Code | None = None

    def terms(self) -> PlanTerms:
        """As the rules know it."""
        return PlanTerms(**self.model_dump())


class ImprovementReason(ApiModel):
    """Why it is declined or given up."""

    reason: LongText


class ImprovementAssign(ApiModel):
    """To whom it is given, and why."""

    owner_id: UUID


class ImprovementReport(ApiModel):
    """What was done, with its proofs."""

    words: LongText
    file_ids: Files = Field(default_factory=list)


class ImprovementEffect(ApiModel):
    """An effect that somebody measured, before and after; shares are numerator and denominator."""

    before_numerator: Count
    before_denominator: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    after_numerator: Count
    after_denominator: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    is_less_better: bool
    words: LongText
    file_ids: Files = Field(default_factory=list)

    def measured(self) -> HandEffect:
        """As the rules know it."""
        return HandEffect(file_ids=tuple(self.file_ids), **self.model_dump(exclude={"file_ids"}))


class ImprovementAccept(ApiModel):
    """The office's word."""

    words: LongText | None = None


class ImprovementReturn(ApiModel):
    """Why it is done again, and by when."""

    words: LongText
    due_on: date


class Improvement(ApiModel):
    """One improvement."""

    id: UUID
    company: str
    number: str
    plan_id: UUID | None
    source_type: ImprovementSource
    source_id: UUID | None
    source_number: str | None
    clause: str
    title: str
    goal: str | None
    measure: str | None
    department: str
    team: str | None
    owner_id: UUID | None
    proposer_id: UUID | None
    """Null = suggested by what was heard."""
    posts: list[str]
    state: ImprovementState
    raised_at: AwareDatetime
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decline_reason: str | None
    due_on: date | None
    due_at: AwareDatetime | None
    round: int
    begun_at: AwareDatetime | None
    done_by: UUID | None
    done_at: AwareDatetime | None
    done_words: str | None
    file_ids: list[UUID]
    is_late: bool | None
    indicator: str | None
    indicator_category: str | None
    before_from: AwareDatetime | None
    before_until: AwareDatetime | None
    before_numerator: int | None
    before_denominator: int | None
    """Of a count per day: days."""
    after_from: AwareDatetime | None
    after_until: AwareDatetime | None
    after_numerator: int | None
    after_denominator: int | None
    is_improved: bool | None
    """Null = not measured, or nothing to compare."""
    is_by_hand: bool | None
    measured_by: UUID | None
    measured_at: AwareDatetime | None
    effect_words: str | None
    effect_file_ids: list[UUID]
    judged_by: UUID | None
    judged_at: AwareDatetime | None
    judged_words: str | None
    cancel_reason: str | None
    ended_at: AwareDatetime | None
    matter_id: UUID
    policy_version: str
    version: int


class ImprovementPage(Page[Improvement]):
    """A page of improvements, newest first."""


class ImprovementNote(ApiModel):
    """One note on the progress."""

    id: UUID
    position: int
    words: str
    file_ids: list[UUID]
    noted_by: UUID
    noted_at: AwareDatetime


class ImprovementNotes(ApiModel):
    """All notes, in their order."""

    items: list[ImprovementNote]
