"""A sheet: its grade, its digest, and which steps it allows: pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.incentive.assessments.errors import AssessmentNotReleasedError, AssessmentReleasedError
from services.incentive.assessments.rules.lines import SheetLine
from services.incentive.policy_assessments import GradeBand

RELEASED = "released"
"""The metric: from the closing of the month until every sheet is released."""


class SheetState(StrEnum):
    """A draft is computed whenever it is read; a released one is frozen."""

    DRAFT = "draft"
    RELEASED = "released"


class SubjectType(StrEnum):
    """Whose sheet."""

    EMPLOYEE = "employee"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Whose:
    """A subject with a sheet, and where it belongs."""

    subject_type: SubjectType
    subject: str
    """Staff id as text, or the department's code."""
    department: str | None = None
    team: str | None = None

    @property
    def employee_id(self) -> UUID | None:
        """Of an employee."""
        return UUID(self.subject) if self.subject_type is SubjectType.EMPLOYEE else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a month's sheet says, live or frozen."""

    opening: int
    points: int
    year_points: int
    """Net of the month on the year's account."""
    fen: int
    band_grade: str
    grade: str
    lines: Sequence[SheetLine]


def band(points: int, bands: Sequence[GradeBand]) -> str:
    """The grade by points; below all bands the last."""
    return next((one.grade for one in bands if points >= one.from_points), bands[-1].grade)


def worse(grades: Iterable[str], best_first: Sequence[str]) -> str:
    """The worst of several.  Raises: ValueError for a grade that the pack does not know, or none at all."""
    return max(grades, key=best_first.index)


def digest_of(company: str, month: str, whose: Whose, edition: int, sheet: Sheet) -> str:
    """SHA-256 of the sheet as canonical JSON, every line included."""
    said = {
        "company": company,
        "month": month,
        "subject": [whose.subject_type.value, whose.subject, whose.department, whose.team],
        "edition": edition,
        "sums": [sheet.opening, sheet.points, sheet.year_points, sheet.fen, sheet.band_grade, sheet.grade],
        "lines": [
            [
                *(one.line, str(one.case_id), one.provision, one.of_month, one.is_reversal),
                *(one.points, one.year_points, one.fen),
            ]
            for one in sheet.lines
        ],
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_releasable(state: str) -> None:
    """Raises: AssessmentReleasedError."""
    if state != SheetState.DRAFT:
        raise AssessmentReleasedError("考核表已发布，更正请另立新版。")


def check_correctable(state: str, *, is_latest: bool) -> None:
    """Raises: AssessmentNotReleasedError."""
    if state != SheetState.RELEASED or not is_latest:
        raise AssessmentNotReleasedError("只有最近一版已发布的考核表可以更正。")
