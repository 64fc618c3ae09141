"""Everything about one inspection as plain data: what an archive or a report takes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPoint:
    """One point of the checklist with its answer."""

    position: int
    point: str
    question: str
    weight: int
    clause: str
    severity: str
    answer: str
    remarks: str | None
    advice: str | None
    person_id: UUID | None
    evidence_ids: tuple[UUID, ...]
    finding_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSubject:
    """One drawn subject with its outcome."""

    position: int
    subject_id: UUID
    number: str | None
    outcome: str
    words: str | None
    point: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierGoodExample:
    """A good example."""

    position: int
    clause: str
    words: str
    person_id: UUID | None
    is_publishable: bool
    evidence_ids: tuple[UUID, ...]
    finding_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSample:
    """How the sample was drawn, and whom it drew, in order: anyone draws it again."""

    id: UUID
    name: str
    seed: str
    kind: str
    since: datetime
    until: datetime
    size: int
    population: int
    drawn_at: datetime
    subject_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An inspection: preparation, execution plan, form, reply, signatures."""

    id: UUID
    company: str
    number: str
    planned_id: UUID | None
    follows_id: UUID | None
    source_id: UUID | None
    level: str
    kind: str
    theme: str | None
    method: str
    department: str
    team: str | None
    is_announced: bool
    inspector_id: UUID | None
    companion_ids: tuple[UUID, ...]
    present_ids: tuple[UUID, ...]
    checklist: str
    checklist_name: str
    """Chinese."""
    policy_version: str
    held_on: date | None
    checks: str | None
    state: str
    prepared_by: UUID | None
    prepared_at: datetime
    form_id: UUID | None
    form_digest: str | None
    held_at: datetime | None
    ended_at: datetime | None
    filled_at: datetime | None
    recorded_by: UUID | None
    recorded_at: datetime | None
    is_late: bool | None
    place: str | None
    remarks: str | None
    advice: str | None
    score_got: int | None
    score_of: int | None
    score: int | None
    reply: str | None
    is_reply_refused: bool
    refusal_reason: str | None
    replied_by: UUID | None
    replied_at: datetime | None
    signed_by: UUID | None
    signed_at: datetime | None
    void_reason: str | None
    voided_by: UUID | None
    voided_at: datetime | None
    matter_id: UUID
    version: int
    points: tuple[DossierPoint, ...]
    subjects: tuple[DossierSubject, ...]
    good_examples: tuple[DossierGoodExample, ...]
    sample: DossierSample | None
    finding_ids: tuple[UUID, ...]
    evidence_ids: tuple[UUID, ...]
    """Every file that the form names, once, in its order."""
