"""What a caller reports of one call; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.callback.calls.errors import NotReachedError
from services.callback.calls.rules.scripts import Reply
from services.callback.calls.rules.states import Result


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the customer suggests, and the department that shall answer; None = that of the business."""

    words: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Praise:
    """Whom the customer praises; nobody and no department named = who did the work."""

    words: str | None = None
    staff_ids: tuple[UUID, ...] = ()
    department: str | None = None


@dataclass(frozen=True, slots=True)
class FoundNeed:
    """What the customer needs besides, a code of the pack."""

    need: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One call."""

    result: Result
    called_at: datetime
    call_again_at: datetime | None = None
    replies: Mapping[str, Reply] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    words: str | None = None
    suggestion: Suggestion | None = None
    praise: Praise | None = None
    need: FoundNeed | None = None

    def check_reached(self) -> None:
        """Who was not reached said nothing.  Raises: NotReachedError."""
        if self.result is Result.REACHED:
            return
        said = (
            ("/answers", self.replies),
            ("/reasons", self.reasons),
            ("/words", self.words),
            ("/suggestion", self.suggestion),
            ("/praise", self.praise),
            ("/need", self.need),
        )
        for pointer, value in said:
            if value:
                raise NotReachedError.at_pointer(pointer)
