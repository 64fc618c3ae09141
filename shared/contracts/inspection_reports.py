"""Facts about monthly summaries, quarterly themed reports and archives: figures and digests, never words."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class SummaryFact(EventPayload):
    """What every fact about a department's monthly summary says of it."""

    summary_id: UUID
    department: str
    month: str
    """`2026-11`."""
    state: str
    edition: int
    """The last one that was signed."""
    due_at: datetime | None = None
    is_late: bool | None = None
    """First signed after it was due."""
    occurred_at: datetime


class SummaryDrafted(SummaryFact):
    """It was begun, by the job or by hand; the head completes and signs it."""

    TYPE: ClassVar[str] = "inspection.summary_drafted"


class SummarySigned(SummaryFact):
    """The head signed an edition: what the month's assessment takes of the inspections stands in it."""

    TYPE: ClassVar[str] = "inspection.summary_signed"

    signed_by: UUID
    digest: str
    """SHA-256 of what was signed."""
    inspections: int
    score_got: int
    score_of: int
    score: int | None = None
    """Basis points over all forms of the month; null = nothing was scored."""
    late_forms: int
    findings: int
    findings_by_severity: dict[str, int]
    points: int
    """Off the persons' month."""
    recurrences: int
    good_examples: int
    notices_issued: int
    notices_late: int
    improvements_accepted: int
    trainings: int
    meetings: int


class SummaryNoted(SummaryFact):
    """The committee took note of it."""

    TYPE: ClassVar[str] = "inspection.summary_noted"

    noted_by: UUID


class SummaryReturned(SummaryFact):
    """The committee wants another edition."""

    TYPE: ClassVar[str] = "inspection.summary_returned"

    returned_by: UUID


class ThemedReportFact(EventPayload):
    """What every fact about a quarter's themed report says of it."""

    report_id: UUID
    quarter: str
    """`2026-Q4`."""
    state: str
    due_at: datetime | None = None
    is_late: bool | None = None
    """First submitted after it was due."""
    occurred_at: datetime


class ThemedReportDrafted(ThemedReportFact):
    """The quarter is over; the office completes it."""

    TYPE: ClassVar[str] = "inspection.themed_report_drafted"


class ThemedReportSubmitted(ThemedReportFact):
    """It waits for its approval by another post."""

    TYPE: ClassVar[str] = "inspection.themed_report_submitted"

    submitted_by: UUID


class ThemedReportReturned(ThemedReportFact):
    """It goes back to the office."""

    TYPE: ClassVar[str] = "inspection.themed_report_returned"

    returned_by: UUID


class ThemedReportApproved(ThemedReportFact):
    """Its figures are frozen."""

    TYPE: ClassVar[str] = "inspection.themed_report_approved"

    approved_by: UUID
    digest: str
    inspections: int
    score: int | None = None
    """Basis points over all forms of the quarter."""
    findings: int
    notices: int
    scores: dict[str, int]
    """Basis points by department; a department without a scored form is not named."""


class ThemedReportPublished(ThemedReportFact):
    """Everybody in the company may read it."""

    TYPE: ClassVar[str] = "inspection.themed_report_published"

    published_by: UUID


class InspectionArchived(EventPayload):
    """The package of an inspection was made."""

    TYPE: ClassVar[str] = "inspection.archived"

    archive_id: UUID
    inspection_id: UUID
    number: str
    edition: int
    department: str
    team: str | None = None
    index_digest: str
    """SHA-256 of the package's index."""
    sha256: str
    """Of the package."""
    made_by: UUID
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    SummaryDrafted,
    SummarySigned,
    SummaryNoted,
    SummaryReturned,
    ThemedReportDrafted,
    ThemedReportSubmitted,
    ThemedReportReturned,
    ThemedReportApproved,
    ThemedReportPublished,
    InspectionArchived,
)
"""Everything in this file that crosses the bus."""
