"""What is recorded of a visit, and what it must prove: pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.callback.policy_entitlements import Proof
from services.callback.visits.errors import (
    NeedUnknownError,
    ParticipantMissingError,
    ParticipantUnknownError,
    ProofFileError,
    ProofMissingError,
    ProofUnknownError,
)


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody of the company who took part, and in which post."""

    staff_id: UUID
    post: str


@dataclass(frozen=True, slots=True)
class Given:
    """One proof."""

    kind: str
    file_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HeardNeed:
    """What the customer needs, a code of the pack."""

    need: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class HeardSuggestion:
    """What the customer suggests, and the department that shall answer; None = that of the visit."""

    words: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class VisitReport:
    """One visit as it was."""

    visited_at: datetime
    participants: tuple[Participant, ...] = ()
    proofs: tuple[Given, ...] = ()
    learnt: str | None = None
    needs: tuple[HeardNeed, ...] = ()
    suggestions: tuple[HeardSuggestion, ...] = ()


def check_participants(
    participants: Sequence[Participant], required: Sequence[str], acts_in: Callable[[Participant], bool]
) -> None:
    """Everybody acts in the post named, and every required post took part.

    Raises: ParticipantUnknownError, ParticipantMissingError.
    """
    seen: set[UUID] = set()
    for position, one in enumerate(participants):
        if one.staff_id in seen or not acts_in(one):
            raise ParticipantUnknownError.at_pointer(f"/participants/{position}")
        seen.add(one.staff_id)
    there = {one.post for one in participants}
    for post in required:
        if post not in there:
            raise ParticipantMissingError.at_pointer("/participants", post=post)


def check_proofs(
    given: Sequence[Given], required: Sequence[str], known: Mapping[str, Proof], is_picture: Mapping[UUID, bool]
) -> None:
    """Every kind is known, has its file, and nothing required lacks; `is_picture` knows the recorder's files.

    Raises: ProofUnknownError, ProofFileError, ProofMissingError.
    """
    for position, one in enumerate(given):
        kind = known.get(one.kind)
        if kind is None:
            raise ProofUnknownError.at_pointer(f"/proofs/{position}/kind")
        if one.file_id is None and not kind.needs_file:
            continue
        if one.file_id is None or one.file_id not in is_picture or (kind.is_picture and not is_picture[one.file_id]):
            raise ProofFileError.at_pointer(f"/proofs/{position}/file_id")
    there = {one.kind for one in given}
    for code in required:
        if code not in there:
            raise ProofMissingError.at_pointer("/proofs", proof=known[code].name)


def check_needs(needs: Sequence[HeardNeed], known: Mapping[str, object]) -> None:
    """Raises: NeedUnknownError."""
    for position, one in enumerate(needs):
        if one.need not in known:
            raise NeedUnknownError.at_pointer(f"/needs/{position}/need")
