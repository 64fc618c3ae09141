"""Bodies and answers of the reports."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from services.inspection.reports.models import ThemedReportRow
from services.inspection.reports.rules import figures
from services.inspection.reports.rules.summaries import SummaryState, SummaryVerdict
from services.inspection.reports.rules.themed import ReportState
from services.inspection.reports.service.reading import WholeReport, WholeSummary
from shared.archive.verifying import FaultKind
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page

Month = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
Quarter = Annotated[str, StringConstraints(pattern=r"^20\d\d-Q[1-4]$")]


class _Parts(ApiModel):
    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("至少填写一个部分")
        return self


class SummaryStart(ApiModel):
    """Whose month is begun by hand."""

    department: Code
    month: Month


class SummaryWrite(_Parts):
    """The parts that are written now; what is not named stays, null empties it."""

    achievements: LongText | None = None
    measures: LongText | None = None
    problems: LongText | None = None
    suggestions: LongText | None = None


class SummaryNote(ApiModel):
    """What the committee says as it takes note."""

    words: LongText | None = None


class ReportReason(ApiModel):
    """Why it is returned."""

    reason: LongText


class ThemedReportWrite(_Parts):
    """The parts that are written now; what is not named stays, null empties it."""

    summary: LongText | None = None
    causes: LongText | None = None
    demands: LongText | None = None


class MonthlySummaryEntry(ApiModel):
    """A monthly summary in a list."""

    id: UUID
    company: str
    department: str
    month: str
    state: SummaryState
    posts: list[str]
    due_at: AwareDatetime | None
    """Null = the month is not over."""
    edition: int
    is_late: bool | None
    made_by: UUID | None
    """Null = the job."""
    made_at: AwareDatetime
    written_by: UUID | None
    written_at: AwareDatetime | None
    signed_by: UUID | None
    signed_at: AwareDatetime | None
    noted_by: UUID | None
    noted_at: AwareDatetime | None
    return_reason: str | None
    version: int


class SummaryEdition(ApiModel):
    """What was signed, and the committee's word on it."""

    edition: int
    achievements: str
    measures: str
    problems: str
    suggestions: str
    figures: figures.SummaryFigures
    digest: str
    """SHA-256 of words, figures and signature in canonical JSON."""
    is_intact: bool
    """Whether it still is."""
    signed_by: UUID
    signed_at: AwareDatetime
    verdict: SummaryVerdict | None
    words: str | None
    judged_by: UUID | None
    judged_at: AwareDatetime | None


class MonthlySummary(MonthlySummaryEntry):
    """A monthly summary with its figures."""

    achievements: str | None
    measures: str | None
    problems: str | None
    suggestions: str | None
    figures: figures.SummaryFigures
    is_frozen: bool
    """Signed: the figures are those of the edition, not of now."""
    editions: list[SummaryEdition]

    @classmethod
    def of(cls, whole: WholeSummary) -> Self:
        """From the rows."""
        own = cls.model_fields.keys() - {"figures", "is_frozen", "editions"}
        shown = SummaryEdition.model_fields.keys() - {"is_intact"}
        editions = [
            {**{name: getattr(one, name) for name in shown}, "is_intact": is_intact}
            for one, is_intact in zip(whole.editions, whole.intact, strict=True)
        ]
        said = {name: getattr(whole.row, name) for name in own}
        return cls.model_validate(
            {**said, "figures": whole.figures, "is_frozen": whole.is_frozen, "editions": editions}
        )


class MonthlySummaryPage(Page[MonthlySummaryEntry]):
    """A page of summaries, newest first."""


class ThemedReportEntry(ApiModel):
    """A themed report in a list."""

    id: UUID
    company: str
    quarter: str
    state: ReportState
    posts: list[str]
    due_at: AwareDatetime | None
    is_late: bool | None
    made_at: AwareDatetime
    written_by: UUID | None
    written_at: AwareDatetime | None
    submitted_by: UUID | None
    submitted_at: AwareDatetime | None
    returned_by: UUID | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    approved_by: UUID | None
    approved_at: AwareDatetime | None
    published_by: UUID | None
    published_at: AwareDatetime | None
    digest: str | None
    """SHA-256 of words, figures and approval in canonical JSON."""
    version: int

    @classmethod
    def shown(cls, row: ThemedReportRow) -> Self:
        """From the row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class ThemedReport(ThemedReportEntry):
    """A themed report with its figures."""

    summary: str | None
    causes: str | None
    demands: str | None
    figures: figures.ThemedFigures
    is_frozen: bool
    is_intact: bool | None
    """Whether the digest still fits; null before it was approved."""

    @classmethod
    def of(cls, whole: WholeReport) -> Self:
        """From the row."""
        own = cls.model_fields.keys() - {"figures", "is_frozen", "is_intact"}
        said = {name: getattr(whole.row, name) for name in own}
        return cls.model_validate(
            {**said, "figures": whole.figures, "is_frozen": whole.is_frozen, "is_intact": whole.is_intact}
        )


class ThemedReportPage(Page[ThemedReportEntry]):
    """A page of reports, newest first."""


class Archive(ApiModel):
    """The package of an inspection."""

    id: UUID
    company: str
    inspection_id: UUID
    edition: int
    number: str
    """Of the inspection."""
    kind: str
    department: str
    team: str | None
    held_at: AwareDatetime
    file_id: UUID
    sha256: str
    """Of the package."""
    size: int
    """Bytes."""
    entries: int
    index_digest: str
    """SHA-256 of the package's index: what an offline verification is compared with."""
    made_by: UUID
    made_at: AwareDatetime
    policy_version: str
    version: int


class ArchivePage(Page[Archive]):
    """A page of archives, newest first."""


class ArchiveFault(ApiModel):
    """What is wrong with a package."""

    path: str
    """Of the entry; empty = the file itself."""
    kind: FaultKind


class ArchiveVerification(ApiModel):
    """The package as it lies in the store, recomputed."""

    archive_id: UUID
    is_whole: bool
    """Every byte is as it was when the archive was made."""
    is_current: bool
    """The records of the inspection would give the same package today."""
    sha256: str
    """As it was found, beside that of the register."""
    registered_sha256: str
    index_digest: str | None
    registered_index_digest: str
    entries: int
    faults: list[ArchiveFault] = Field(default_factory=list)
