"""States of a review and of what becomes of it, and which call may be judged by whom: pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

SUBJECT = "call_review"
REVIEW, CALIBRATION, DISPUTE, FALSIFICATION = "review", "calibration", "dispute", "falsification"
"""The metrics: the review itself, the agreed score, the dispute's answer, the second person's confirmation."""
_NUMBER = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class Outcome(StrEnum):
    """What the customer, called again, says of the record."""

    CONFIRMS = "confirms"
    CONTRADICTS = "contradicts"
    NOT_REACHED = "not_reached"


class Cause(StrEnum):
    """Why a score was said."""

    REVIEWED = "reviewed"
    CALIBRATED = "calibrated"
    """Two reviewers within the allowed gap: their mean."""
    AGREED = "agreed"
    """Beyond it: what the head agreed with them."""
    DISPUTED = "disputed"


class CalibrationState(StrEnum):
    """Where a calibration stands."""

    WITHIN = "within"
    OPEN = "open"
    AGREED = "agreed"


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    KEPT = "kept"
    AMENDED = "amended"


class FalsificationState(StrEnum):
    """Where a finding of falsification stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Whose calls somebody may not judge; None where the pack does not care."""

    staff_ids: tuple[UUID, ...]
    team: str | None
    department: str | None

    def covers(self, caller_id: UUID, team: str | None, department: str | None) -> bool:
        """Whether the call is one of them."""
        is_near = (self.team is not None and team == self.team) or (
            self.department is not None and department == self.department
        )
        return caller_id in self.staff_ids or is_near


def has_number(reference: str) -> bool:
    """Whether something like a telephone number stands in a text."""
    return _NUMBER.search(reference) is not None


def is_second_person(staff_ids: Iterable[UUID], before: Iterable[UUID | None]) -> bool:
    """Whether none of them was one of those who acted before."""
    return set(staff_ids).isdisjoint(one for one in before if one)
