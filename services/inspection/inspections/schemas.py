"""Bodies and answers of the inspections."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.inspection.facts.rules import FactKind
from services.inspection.inspections.rules.states import Answer, InspectionState, Outcome, Part
from services.inspection.policy_inspections import EvidenceRule
from services.inspection.policy_programme import PlanLevel
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Files = Annotated[list[UUID], Field(max_length=20)]


class InspectionPrepare(ApiModel):
    """From what was planned (`planned_id` alone, its execution plan says the rest), or unplanned."""

    planned_id: UUID | None = None
    follows_id: UUID | None = None
    """The inspection or rectification notice that it follows up."""
    kind: Code | None = None
    theme: Code | None = None
    department: Code | None = None
    team: Code | None = None
    inspector_id: UUID | None = None
    """None = the caller."""
    companion_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)
    method: Code | None = None
    held_on: date | None = None
    """None = today."""
    checks: LongText | None = None
    sample_size: Annotated[int, Field(ge=0)] | None = None


class PointAnswered(ApiModel):
    """One point of the checklist."""

    point: Code
    answer: Answer
    remarks: LongText | None = None
    """Required when it is not in order: the words of the finding."""
    advice: LongText | None = None
    person_id: UUID | None = None
    evidence_ids: Files = Field(default_factory=list)


class SubjectChecked(ApiModel):
    """One drawn subject."""

    subject_id: UUID
    outcome: Outcome
    words: LongText | None = None
    point: Code | None = None
    """Of a failed one: the point at which it failed."""


class GoodExampleSeen(ApiModel):
    """A good example."""

    clause: Code
    words: LongText
    person_id: UUID | None = None
    is_publishable: bool = False
    evidence_ids: Files = Field(default_factory=list)


class InspectionFormFill(ApiModel):
    """The inspection form; filled far from the desk it brings its own times."""

    form_id: UUID
    """Made by the device: the same form sent again counts once."""
    held_at: AwareDatetime | None = None
    """Required, as is `ended_at`: without times a form is refused."""
    ended_at: AwareDatetime | None = None
    filled_at: AwareDatetime | None = None
    """None = now."""
    team: Code | None = None
    place: ShortText | None = None
    remarks: LongText | None = None
    advice: LongText | None = None
    present_ids: Annotated[list[UUID], Field(max_length=100)] = Field(default_factory=list)
    points: Annotated[list[PointAnswered], Field(max_length=200)]
    subjects: Annotated[list[SubjectChecked], Field(max_length=1000)] = Field(default_factory=list)
    good_examples: Annotated[list[GoodExampleSeen], Field(max_length=20)] = Field(default_factory=list)


class InspectionReply(ApiModel):
    """The department's reply; with it the department signs."""

    words: LongText


class InspectionReason(ApiModel):
    """Why the department's refusal is recorded, or the inspection is void."""

    reason: LongText


class InspectionSummary(ApiModel):
    """An inspection as lists show it."""

    id: UUID
    company: str
    number: str
    planned_id: UUID | None
    follows_id: UUID | None
    level: PlanLevel
    kind: str
    theme: str | None
    method: str
    department: str
    team: str | None
    is_announced: bool
    inspector_id: UUID | None
    held_on: date | None
    state: InspectionState
    held_at: AwareDatetime | None
    recorded_at: AwareDatetime | None
    is_late: bool | None
    score: int | None
    """Basis points."""
    is_reply_refused: bool
    version: int


class InspectionPage(Page[InspectionSummary]):
    """A page of inspections, newest first."""


class CheckedPoint(ApiModel):
    """One point as it was asked and answered."""

    position: int
    point: str
    question: str
    weight: int
    clause: str
    severity: str
    answer: Answer
    remarks: str | None
    advice: str | None
    person_id: UUID | None
    evidence_ids: list[UUID]
    finding_id: UUID | None


class CheckedSubject(ApiModel):
    """One drawn subject with its outcome."""

    position: int
    subject_id: UUID
    number: str | None
    outcome: Outcome
    words: str | None
    point: str | None


class DrawnSubject(ApiModel):
    """One subject of the sample."""

    position: int
    subject_id: UUID
    number: str | None
    staff_id: UUID | None


class DrawnSample(ApiModel):
    """The sample; `/v1/inspection-samples/{id}/again` draws it again."""

    id: UUID
    name: str
    seed: str
    kind: FactKind
    since: AwareDatetime
    until: AwareDatetime
    size: int
    population: int
    members: list[DrawnSubject]


class InspectionPerson(ApiModel):
    """Who inspected, went along or was present."""

    staff_id: UUID
    part: Part


class InspectionGoodExample(ApiModel):
    """A good example that the form names."""

    position: int
    clause: str
    words: str
    person_id: UUID | None
    is_publishable: bool
    evidence_ids: list[UUID]
    finding_id: UUID


class Inspection(InspectionSummary):
    """One inspection, whole."""

    source_id: UUID | None
    checklist: str
    checklist_name: str
    policy_version: str
    """The version of the checklist."""
    checks: str | None
    sample_size: int | None
    posts: list[str]
    prepared_by: UUID | None
    prepared_at: AwareDatetime
    form_id: UUID | None
    form_digest: str | None
    ended_at: AwareDatetime | None
    filled_at: AwareDatetime | None
    recorded_by: UUID | None
    place: str | None
    remarks: str | None
    advice: str | None
    score_got: int | None
    score_of: int | None
    reply: str | None
    refusal_reason: str | None
    replied_by: UUID | None
    replied_at: AwareDatetime | None
    signed_by: UUID | None
    signed_at: AwareDatetime | None
    void_reason: str | None
    voided_by: UUID | None
    voided_at: AwareDatetime | None
    points: list[CheckedPoint]
    subjects: list[CheckedSubject]
    people: list[InspectionPerson]
    good_examples: list[InspectionGoodExample]
    sample: DrawnSample | None
    """Null also where the reader must not know yet what was drawn."""
    finding_ids: list[UUID]


class ChecklistPoint(ApiModel):
    """One point of a checklist of the pack."""

    code: str
    question: str
    weight: int
    clause: str
    severity: str
    evidence: EvidenceRule
    evidence_types: list[str]
    may_not_apply: bool


class InspectionChecklist(ApiModel):
    """One checklist of the pack."""

    code: str
    name: str
    themes: list[str]
    """Whose checklist it is; none = of inspections without a theme."""
    points: list[ChecklistPoint]


class InspectionMethod(ApiModel):
    """One way to inspect."""

    code: str
    name: str
    samples: FactKind | None
    is_by_theme: bool
    is_announced: bool
    evidence_types: list[str]


class InspectionChecklists(ApiModel):
    """The checklists and methods in force."""

    version: str
    items: list[InspectionChecklist]
    methods: list[InspectionMethod]
