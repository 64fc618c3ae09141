"""What may be sampled, and how a draw is named and ordered, so that anyone draws it again; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID


class FactKind(StrEnum):
    """What a fact is about."""

    CASE = "case"
    ORDER = "order"
    CALL = "call"
    CLOCK = "clock"
    """A broken promise."""
    ENTRY = "entry"
    """Confirmed errors of entry."""


@dataclass(frozen=True, slots=True)
class Frame:
    """From what is drawn: one kind of fact of a period, from `since` to before `until`, perhaps of one place."""

    kind: FactKind
    since: datetime
    until: datetime
    department: str | None = None
    team: str | None = None
    category: str | None = None

    def name(self, company: str) -> str:
        """The frame in words; it names no draw, so that drawing again never gives other cases."""
        since, until = (at.astimezone(UTC).isoformat(timespec="seconds") for at in (self.since, self.until))
        places = (self.department or "*", self.team or "*", self.category or "*")
        return "/".join((company, self.kind.value, since, until, *places))


def lot(seed: str, name: str, subject_id: UUID) -> bytes:
    """The place of a subject in the draw: SHA-256 over seed, newline, name, newline and the sixteen bytes of its id."""
    return sha256(f"{seed}\n{name}\n".encode() + subject_id.bytes).digest()
