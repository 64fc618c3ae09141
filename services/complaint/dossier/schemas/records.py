"""Conversations and the investigation file."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.complaint.dossier.rules.records import ConversationNote, Direction, EntryNote, Party
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page


class ConversationCreate(ApiModel):
    """A conversation about the case; a correction is a new one that names the corrected."""

    channel: Code
    """A channel of the pack."""
    direction: Direction
    party: Party
    complainant_id: UUID | None = None
    """Which of the further complainants, if it was one."""
    summary: LongText
    occurred_at: datetime | None = None
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)
    corrects_id: UUID | None = None

    def note(self) -> ConversationNote:
        """The facts of the form."""
        return ConversationNote(
            channel=self.channel,
            direction=self.direction,
            party=self.party,
            complainant_id=self.complainant_id,
            summary=self.summary,
            occurred_at=self.occurred_at,
            file_ids=tuple(self.file_ids),
            corrects_id=self.corrects_id,
        )


class Conversation(ApiModel):
    """One recorded conversation."""

    id: UUID
    complaint_id: UUID
    cycle: int
    channel: str
    direction: Direction
    party: Party
    complainant_id: UUID | None
    staff_id: UUID
    occurred_at: datetime
    judged_at: datetime
    """Differs from `occurred_at` where the entry came later than the pack's window."""
    recorded_at: datetime
    summary: str
    file_ids: list[UUID]
    corrects_id: UUID | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """From the stored row."""
        return cls.model_validate(row)


class ConversationPage(Page[Conversation]):
    """One page of conversations, oldest first."""


class InvestigationCreate(ApiModel):
    """An entry of the investigation file; a correction is a new one that names the corrected."""

    kind: Code
    """A kind of the pack: interview, site, document …"""
    text: LongText
    occurred_at: datetime | None = None
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)
    corrects_id: UUID | None = None
    is_confidential: bool = False
    """Kept from the departments: it tells of an anonymous complainant, or must not get about."""

    def note(self) -> EntryNote:
        """The facts of the form."""
        return EntryNote(
            kind=self.kind,
            text=self.text,
            occurred_at=self.occurred_at,
            file_ids=tuple(self.file_ids),
            corrects_id=self.corrects_id,
            is_confidential=self.is_confidential,
        )


class InvestigationEntry(ApiModel):
    """One entry of the investigation file."""

    id: UUID
    complaint_id: UUID
    volume: int
    position: int
    kind: str
    text: str
    file_ids: list[UUID]
    corrects_id: UUID | None
    is_confidential: bool
    occurred_at: datetime
    recorded_by: UUID
    recorded_at: datetime
    sha256: str
    """Of the entry with the content of its files."""
    chain_sha256: str
    """Of the entry and all before it in the volume."""

    @classmethod
    def of(cls, row: Any) -> Self:
        """From the stored row."""
        names = cls.model_fields
        return cls(**{name: getattr(row, name) for name in names})


class InvestigationPage(Page[InvestigationEntry]):
    """One page of entries, oldest first."""


class InvestigationIndexLine(ApiModel):
    """One line of a volume's index."""

    id: UUID
    position: int
    kind: str
    recorded_at: datetime
    sha256: str
    chain_sha256: str


class InvestigationIndex(ApiModel):
    """The index of one volume (调查卷目录)."""

    volume: int
    is_sealed: bool
    """The case was closed, or reopened since."""
    sealed_at: datetime | None
    sealed_by: UUID | None
    sha256: str
    """Of the whole volume."""
    is_intact: bool
    """Computed anew: nothing was altered, added or taken out since it was written."""
    items: list[InvestigationIndexLine]

    @classmethod
    def of(cls, found: Any) -> Self:
        """From what the use case shows."""
        lines = [
            InvestigationIndexLine(**{name: getattr(row, name) for name in InvestigationIndexLine.model_fields})
            for row in found.entries
        ]
        return cls(
            volume=found.volume,
            is_sealed=found.is_sealed,
            sealed_at=found.sealed_at,
            sealed_by=found.sealed_by,
            sha256=found.sha256,
            is_intact=found.is_intact,
            items=lines,
        )
