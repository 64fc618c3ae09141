"""The incentive chapter's section on the monthly and yearly sheets (domain.md 2.5, 2.6)."""

from typing import Annotated

from pydantic import Field

from services.incentive.policy_catalogue import GradeCode, IncentiveKind
from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised


class GradeBand(Entry):
    """The month's grade from so many points on."""

    grade: GradeCode
    from_points: int


class AssessmentLine(Named):
    """One line of the sheet, and what it is made of: inspection, tier checks, entry checks, complaints, rewards."""

    sources: Annotated[tuple[Code, ...], Field(min_length=1)]
    rest_of: IncentiveKind | None = None
    """Also takes what is of this kind and whose source no line names, such as a reward that a person proposed."""


class Assessments(Entry):
    """Sheets per department and employee with every line's evidence (月度考核)."""

    lines: Annotated[dict[Code, AssessmentLine], Field(min_length=1)]
    bands: Annotated[tuple[GradeBand, ...], Field(min_length=1)]
    """Highest first."""
    released_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    released: Promised
    clause: ClauseCode
    is_open_setting: bool = False
