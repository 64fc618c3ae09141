"""Facts about the monthly sheets: ids, codes, points and times; nobody's name."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class AssessmentReleased(EventPayload):
    """A month's sheet of an employee or a department is final; a correction is a later edition."""

    TYPE: ClassVar[str] = "incentive.assessment_released"

    sheet_id: UUID
    month: str
    """Such as `2026-11`."""
    subject_type: str
    """employee or department."""
    subject_id: UUID | None = None
    """Staff id."""
    subject_department: str | None = None
    """The department itself, or that of the employee."""
    edition: int
    """From 1 on."""
    corrects_id: UUID | None = None
    points: int
    grade: str
    """A code of the pack."""
    digest: str
    """SHA-256 of the sheet, hexadecimal."""
    released_by: UUID | None
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (AssessmentReleased,)
"""Everything in this file that crosses the bus."""
