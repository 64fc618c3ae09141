"""Checks, errors and the month's report as they cross the door."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.entry_quality.models import EntryReportLineRow, EntryReportRow
from services.customer.entry_quality.rules.states import CheckState, FindingState, LineState, ReportState
from services.customer.entry_quality.service.checking import HandCheck, Seen
from services.customer.entry_quality.service.reading import ShownFinding
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Judged = Literal[LineState.CORRECT, LineState.CORRECTED, LineState.WRONG]
SubjectType = Literal["customer", "contact", "order", "meter", "reading", "card_sale"]


class EntryCheckCreate(ApiModel):
    """What was seen of an entry during business, or of the step before."""

    check: Code
    """`in_business` or `step_before`."""
    subject_type: SubjectType
    subject_id: UUID
    concern: Code
    """The kind of data, a code of the pack."""
    outcome: Judged
    kind: Code | None = None
    """Of the error; required unless the entry is correct."""
    field: Code | None = None
    note: LongText | None = None

    def seen(self) -> HandCheck:
        """Without its form."""
        return HandCheck(
            check=self.check,
            subject_type=self.subject_type,
            subject_id=self.subject_id,
            concern=self.concern,
            state=self.outcome,
            kind=self.kind,
            field=self.field,
            note=self.note,
        )


class EntryLineSeen(ApiModel):
    """What was seen of one entry."""

    line_id: UUID
    outcome: Judged
    kind: Code | None = None
    note: LongText | None = None


class EntryCheckLook(ApiModel):
    """What was seen of some entries; the check ends when all were looked at."""

    lines: Annotated[list[EntryLineSeen], Field(max_length=200)] = Field(default_factory=list)
    is_done: bool = False

    def seen(self) -> list[Seen]:
        """Without its form."""
        return [Seen(one.line_id, one.outcome, one.kind, one.note) for one in self.lines]


class EntryCheck(ApiModel):
    """One run of a check."""

    id: UUID
    company: str
    check: str
    period: str
    state: CheckState
    operator_id: UUID | None
    team: str | None
    department: str | None
    from_at: AwareDatetime
    until_at: AwareDatetime
    population: int
    """Entries that there were."""
    drawn: int
    """Entries laid before somebody."""
    errors: int
    figures: dict[str, Any]
    """Rule to the errors that it found."""
    seed: str | None
    """Of the draw: sha256(seed:subject id), smallest first."""
    policy_version: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None
    done_by: UUID | None
    note: str | None
    version: int


class EntryCheckPage(Page[EntryCheck]):
    """One page of checks, newest first."""


class EntryCheckLine(ApiModel):
    """One entry that is looked at."""

    id: UUID
    subject_type: str
    subject_id: UUID
    customer_id: UUID | None
    concern: str
    operator_id: UUID | None
    entered_at: AwareDatetime
    missing: list[str]
    """Fields that the entry lacks."""
    state: LineState
    kind: str | None
    note: str | None
    finding_id: UUID | None
    checked_by: UUID | None
    checked_at: AwareDatetime | None


class EntryCheckLinePage(Page[EntryCheckLine]):
    """One page of a check's entries."""


class EntryFindingCorrect(ApiModel):
    """The author has mended it."""

    note: LongText | None = None


class EntryFindingContest(ApiModel):
    """The author denies it."""

    reason: LongText


class EntryFindingConfirm(ApiModel):
    """Another confirms it."""

    reason: LongText | None = None


class EntryFindingDismiss(ApiModel):
    """It was no error."""

    reason: LongText


class EntryFindingComplaint(ApiModel):
    """The error caused a complaint."""

    complaint_id: UUID


class EntryFindingAct(ApiModel):
    """One thing done to an error."""

    act: str
    at: AwareDatetime
    actor_id: UUID | None
    from_state: str | None
    to_state: str
    reason: str | None


class EntryFindingListed(ApiModel):
    """An error of entry."""

    id: UUID
    company: str
    rule: str
    check: str
    kind: str
    concern: str
    subject_type: str
    subject_id: UUID
    customer_id: UUID | None
    order_id: UUID | None
    complaint_id: UUID | None
    check_id: UUID | None
    operator_id: UUID | None
    """The author; empty where a file or the system entered it."""
    team: str | None
    department: str | None
    state: FindingState
    entered_at: AwareDatetime
    found_at: AwareDatetime
    found_month: str
    found_by: UUID | None
    """Empty: a job."""
    evidence: dict[str, Any]
    note: str | None
    corrected_by: UUID | None
    corrected_at: AwareDatetime | None
    contested_at: AwareDatetime | None
    contested_reason: str | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    is_after_training: bool | None
    clause: str
    policy_version: str
    version: int


class EntryFinding(EntryFindingListed):
    """An error with what was done about it."""

    acts: list[EntryFindingAct]

    @classmethod
    def of(cls, shown: ShownFinding) -> Self:
        """From what is stored."""
        listed = EntryFindingListed.model_validate(shown.row)
        acts = [EntryFindingAct.model_validate(act) for act in shown.acts]
        return cls(**listed.model_dump(), acts=acts)


class EntryFindingPage(Page[EntryFindingListed]):
    """One page of errors, newest first."""


class EntryReportSign(ApiModel):
    """The leader has read it."""

    note: ShortText | None = None


class EntryReportLine(ApiModel):
    """One operator's errors of one kind, beside how much was entered."""

    operator_id: UUID | None
    department: str | None
    kind: str
    found: int
    confirmed: int
    dismissed: int
    entries: int


class EntryReport(ApiModel):
    """A month as it was reported."""

    id: UUID
    company: str
    month: str
    state: ReportState
    posts: list[str]
    figures: dict[str, Any]
    digest: str
    """SHA-256 of the lines."""
    drafted_at: AwareDatetime
    signed_by: UUID | None
    signed_at: AwareDatetime | None
    note: str | None
    policy_version: str
    lines: list[EntryReportLine]
    version: int

    @classmethod
    def of(cls, row: EntryReportRow, lines: list[EntryReportLineRow]) -> Self:
        """From what is stored."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "lines"}
        return cls(**fields, lines=[EntryReportLine.model_validate(line) for line in lines])
