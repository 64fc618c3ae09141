"""What a confirmed proposal hands over to its case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """One reward or penalty that a person confirmed, or the talk in a penalty's place."""

    proposal_id: UUID
    source: str
    """A code of the pack, or `person`."""
    provision: str
    subject_type: str
    subject: str
    """Staff id, department code or customer id, as text."""
    department: str | None
    team: str | None
    named_ids: Sequence[UUID]
    shares: Sequence[Mapping[str, Any]]
    """Of a collective one: staff id, percent, whether the main contributor."""
    facts: str | None
    """What happened, in the words of whoever raised it."""
    evidence_digest: str
    amounts: Mapping[str, Any]
    matter_id: UUID
    cause_type: str
    cause_id: UUID
    happened_at: datetime
    raised_by: UUID | None = None
    is_talk: bool = False
    """Education before punishment: a talk, no penalty."""
