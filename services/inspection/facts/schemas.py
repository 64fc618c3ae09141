"""Answers about samples."""

from uuid import UUID

from pydantic import AwareDatetime

from services.inspection.facts.rules import FactKind
from shared.http.base_model import ApiModel


class SampleMember(ApiModel):
    """One drawn subject: its place in the draw, its human number, and whose work it is."""

    position: int
    subject_id: UUID
    number: str | None
    staff_id: UUID | None


class InspectionSample(ApiModel):
    """A sample (抽样): the first `size` of the frame in the order of SHA-256 over seed, name and subject."""

    id: UUID
    company: str
    name: str
    """The frame in words: company, kind, period, department, team, category."""
    seed: str
    kind: FactKind
    department: str | None
    team: str | None
    category: str | None
    since: AwareDatetime
    until: AwareDatetime
    size: int
    population: int
    drawn: int
    drawn_by: UUID | None
    drawn_at: AwareDatetime
    members: list[SampleMember]


class SampleRedraw(ApiModel):
    """The same draw from what is known now."""

    population: int
    subject_ids: list[UUID]
    is_equal: bool
    """Whether it gives exactly the sample; facts that arrived late may join the frame."""
