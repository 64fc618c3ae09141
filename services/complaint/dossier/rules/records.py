"""Conversations and investigation entries: words, and the digest that binds each entry to all before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Direction(StrEnum):
    """Who began the conversation."""

    IN = "in"
    OUT = "out"


class Party(StrEnum):
    """With whom it was held."""

    COMPLAINANT = "complainant"
    CUSTOMER = "customer"
    DEPARTMENT = "department"
    THIRD_PARTY = "third_party"


TELLING_PARTIES = frozenset({Party.COMPLAINANT, Party.CUSTOMER})
"""A talk with one of these tells who complained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationNote:
    """What is written down of a conversation."""

    channel: str
    direction: Direction
    party: Party
    summary: str
    complainant_id: UUID | None = None
    """Which of the further complainants, if it was one."""
    occurred_at: datetime | None = None
    file_ids: tuple[UUID, ...] = ()
    corrects_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNote:
    """What is added to an investigation file."""

    kind: str
    text: str
    occurred_at: datetime | None = None
    file_ids: tuple[UUID, ...] = ()
    corrects_id: UUID | None = None
    is_confidential: bool = False
    """Tells who complained or must not get about: kept from the departments, as an anonymous complainant is."""


EMPTY = hashlib.sha256(b"").hexdigest()
"""Digest before the first entry of a volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry as it is digested: everything that must never change."""

    id: UUID
    complaint_id: UUID
    volume: int
    position: int
    kind: str
    text: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: UUID
    corrects_id: UUID | None = None
    is_confidential: bool = False
    files: Mapping[UUID, str] = field(default_factory=dict)
    """SHA-256 of the content by file id."""

    def content(self) -> str:
        """SHA-256 of the entry alone: canonical JSON, times in UTC."""
        return _digest(
            {
                "id": str(self.id),
                "complaint_id": str(self.complaint_id),
                "volume": self.volume,
                "position": self.position,
                "kind": self.kind,
                "text": self.text,
                "occurred_at": self.occurred_at.astimezone(UTC).isoformat(),
                "recorded_at": self.recorded_at.astimezone(UTC).isoformat(),
                "recorded_by": str(self.recorded_by),
                "corrects_id": str(self.corrects_id) if self.corrects_id else None,
                "is_confidential": self.is_confidential,
                "files": {str(one): sha256 for one, sha256 in self.files.items()},
            }
        )


def chained(previous: str, content: str) -> str:
    """Digest of an entry and of all before it: the last one stands for the whole volume."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def is_intact(entries: Iterable[tuple[Written, str, str]]) -> bool:
    """Whether entries in their order still give the digests (own, chained) that were stored with them."""
    previous, expected = EMPTY, 1
    for written, own, chain in entries:
        if written.position != expected or written.content() != own or chained(previous, own) != chain:
            return False
        previous, expected = chain, expected + 1
    return True


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
