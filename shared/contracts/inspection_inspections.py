"""Facts about inspections: ids, codes, counts, times and versions only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class InspectionFact(EventPayload):
    """What every fact about an inspection says of it."""

    inspection_id: UUID
    number: str
    planned_id: UUID | None = None
    follows_id: UUID | None = None
    """The notice or inspection that it follows up."""
    level: str
    kind: str
    theme: str | None = None
    method: str
    department: str
    team: str | None = None
    is_announced: bool
    inspector_id: UUID | None = None
    """Null = a check of entry by the customer service."""
    checklist: str
    policy_version: str
    sample_id: UUID | None = None
    state: str
    matter_id: UUID
    occurred_at: datetime


class InspectionPrepared(InspectionFact):
    """It was prepared: who goes, with which checklist and sample; unannounced ones are routed to the inspector only."""

    TYPE: ClassVar[str] = "inspection.prepared"

    prepared_by: UUID | None = None


class InspectionRecorded(InspectionFact):
    """Its form was filled; the department owes its reply."""

    TYPE: ClassVar[str] = "inspection.recorded"

    held_at: datetime
    ended_at: datetime
    recorded_by: UUID | None = None
    is_late: bool
    score_got: int | None = None
    score_of: int | None = None
    score: int | None = None
    """Basis points."""
    finding_ids: list[UUID] = Field(default_factory=list)
    good_example_ids: list[UUID] = Field(default_factory=list)


class InspectionReplied(InspectionFact):
    """The department replied and signed, or its refusal was recorded."""

    TYPE: ClassVar[str] = "inspection.replied"

    replied_by: UUID
    is_reply_refused: bool


class InspectionSigned(InspectionFact):
    """The inspector signed after the department: the form is complete."""

    TYPE: ClassVar[str] = "inspection.signed"

    signed_by: UUID
    is_reply_refused: bool


class InspectionVoided(InspectionFact):
    """It counts no more; what was planned is owed again, where it had not been carried out."""

    TYPE: ClassVar[str] = "inspection.voided"

    voided_by: UUID
    was_recorded: bool


EVENTS: tuple[type[EventPayload], ...] = (
    InspectionPrepared,
    InspectionRecorded,
    InspectionReplied,
    InspectionSigned,
    InspectionVoided,
)
"""Everything in this file that crosses the bus."""
