"""Bodies and answers of the findings."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from services.inspection.findings.rules import FindingState, Remedy, Source
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page


class FindingCreate(ApiModel):
    """What an inspector found; without a clause it is refused."""

    source_type: Source
    source_id: UUID | None = None
    inspection_kind: Code | None = None
    """Kind of the inspection that found it; decides the remedy."""
    severity: Code | None = None
    """None for a good example only."""
    is_good_example: bool = False
    is_publishable: bool = False
    clause: Code | None = None
    department: Code
    team: Code | None = None
    person_id: UUID | None = None
    words: LongText
    advice: LongText | None = None
    evidence_ids: list[UUID] = Field(default_factory=list, max_length=20)


class FindingAnswer(ApiModel):
    """The department or person agrees or contests."""

    is_agreed: bool
    words: LongText


class FindingDecision(ApiModel):
    """What a third person says of a contested finding."""

    is_upheld: bool
    words: LongText


class FindingVoid(ApiModel):
    """Why a draft is withdrawn."""

    reason: LongText


class Finding(ApiModel):
    """One finding or good example."""

    id: UUID
    company: str
    number: str
    inspection_id: UUID | None
    inspection_kind: str | None
    source_type: Source
    source_id: UUID | None
    severity: str | None
    drafted_severity: str | None
    is_good_example: bool
    is_publishable: bool
    clause: str
    department: str
    team: str | None
    person_id: UUID | None
    words: str
    advice: str | None
    remedy: Remedy
    points: int
    recurrence_of: UUID | None
    state: FindingState
    evidence_ids: list[UUID]
    found_at: AwareDatetime
    raised_by: UUID | None
    raised_at: AwareDatetime
    confirmed_by: UUID | None
    confirmed_at: AwareDatetime | None
    is_agreed: bool | None
    answer: str | None
    answered_by: UUID | None
    answered_at: AwareDatetime | None
    decision: str | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    mended_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    void_reason: str | None
    version: int


class FindingPage(Page[Finding]):
    """A page of findings, newest first."""
