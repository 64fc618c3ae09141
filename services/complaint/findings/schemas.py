"""Request and response models of the findings."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.complaint.findings.models import MeasureRow
from services.complaint.findings.rules import Content, PlannedMeasure
from services.complaint.findings.service.reading import Shown
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page

Codes = Annotated[list[Code], Field(max_length=20)]
Ids = Annotated[list[UUID], Field(max_length=20)]


class MeasurePlan(ApiModel):
    """A corrective measure, assigned when the finding is confirmed."""

    description: LongText
    owner_id: UUID
    urgency: Code | None = None
    """Code of the pack's `measures`; empty = by the case's grade, else the pack's default."""


class FindingContent(ApiModel):
    """What the investigation found."""

    verdict: Code
    """Justified, partly, not justified: codes of the pack."""
    facts: LongText
    root_cause: LongText | None = None
    department: Code | None = None
    """Responsible; required where the verdict holds somebody responsible."""
    person_ids: Ids = Field(default_factory=list)
    """Staff held responsible."""
    is_preventable: bool | None = None
    is_reported_upward: bool | None = None
    is_raised_again: bool = False
    """The need had been raised before; a reopened case counts as raised again by itself."""
    marks: Codes = Field(default_factory=list)
    """Faults by codes of the pack; those that follow from the answers above are added."""
    remedies: Codes = Field(default_factory=list)
    attachment_ids: Ids = Field(default_factory=list)
    measures: Annotated[list[MeasurePlan], Field(max_length=20)] = Field(default_factory=list)

    def content(self) -> Content:
        """The facts of the form, without the form."""
        return Content(
            verdict=self.verdict,
            facts=self.facts,
            root_cause=self.root_cause,
            department=self.department,
            person_ids=tuple(dict.fromkeys(self.person_ids)),
            is_preventable=self.is_preventable,
            is_reported_upward=self.is_reported_upward,
            is_raised_again=self.is_raised_again,
            marks=tuple(self.marks),
            remedies=tuple(self.remedies),
            attachment_ids=tuple(self.attachment_ids),
            measures=tuple(PlannedMeasure(one.description, one.owner_id, one.urgency) for one in self.measures),
        )


class FindingDraft(FindingContent):
    """The finding of the case's present cycle."""


class FindingRedraft(FindingContent):
    """Another version of a draft."""


class FindingConfirm(ApiModel):
    """The finding is put in force."""

    cycle: int | None = None
    """Of a reopened case; empty = the newest finding."""
    note: LongText | None = None


class FindingReturn(ApiModel):
    """The draft goes back."""

    cycle: int | None = None
    reason: LongText


class FindingTell(ApiModel):
    """The customer was told."""

    cycle: int | None = None
    note: LongText | None = None


class MeasureDone(ApiModel):
    """The measure is done."""

    note: LongText | None = None
    proof_ids: Ids
    """Files that the same person uploaded to `/v1/files?for=complaint` before."""


class MeasureVerify(ApiModel):
    """The measure is accepted as done."""

    note: LongText | None = None


class MeasureReject(ApiModel):
    """The measure is not done."""

    reason: LongText


class CorrectiveMeasure(ApiModel):
    """One corrective measure."""

    id: UUID
    complaint_id: UUID
    finding_id: UUID
    description: str
    owner_id: UUID
    department: str | None
    urgency: str
    state: str
    """assigned, done, verified or cancelled."""
    round: int
    """2 and more after a rejection."""
    deadline_at: datetime | None
    """Of what is awaited now: completion or verification."""
    note: str | None
    proof_ids: list[UUID]
    assigned_at: datetime
    done_by: UUID | None
    done_at: datetime | None
    verified_by: UUID | None
    verified_at: datetime | None
    rejection: str | None
    version: int

    @classmethod
    def of(cls, row: MeasureRow, deadline_at: datetime | None) -> Self:
        """From the stored measure."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "deadline_at"}
        return cls(**fields, deadline_at=deadline_at)


class FindingVersion(ApiModel):
    """One act on the finding; those that set what it says carry it."""

    revision: int
    act: str
    at: datetime
    actor_id: UUID
    from_state: str | None
    to_state: str
    reason: str | None
    appeal_id: UUID | None
    content: dict[str, Any] | None


class ComplaintFinding(ApiModel):
    """What was found on one cycle of a case, as it stands, with its history."""

    id: UUID
    complaint_id: UUID
    cycle: int
    state: str
    """draft, returned, confirmed, suspended or overturned."""
    revision: int
    verdict: str
    facts: str
    root_cause: str | None
    department: str | None
    person_ids: list[UUID]
    is_preventable: bool | None
    is_reported_upward: bool | None
    is_raised_again: bool
    marks: list[str]
    remedies: list[str]
    attachment_ids: list[UUID]
    drafted_by: UUID
    drafted_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    return_reason: str | None
    told_by: UUID | None
    told_at: datetime | None
    deadline_at: datetime | None
    """Of the confirmation or the correction, while one is awaited."""
    version: int
    measures: list[CorrectiveMeasure]
    planned_measures: list[dict[str, Any]]
    """As the draft plans them."""
    versions: list[FindingVersion]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From what is stored."""
        row = shown.finding
        made = {"deadline_at", "measures", "versions"}
        fields = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        is_open = row.state in {"draft", "returned"}
        return cls(
            **fields,
            deadline_at=shown.deadlines.get(row.id) if is_open else None,
            measures=[CorrectiveMeasure.of(one, shown.deadlines.get(one.id)) for one in shown.measures],
            versions=[FindingVersion.model_validate(act) for act in shown.acts],
        )


class ComplaintFindings(ApiModel):
    """The findings of a case, one for each cycle at most."""

    items: list[ComplaintFinding]


class ResponsiblePerson(ApiModel):
    """How often somebody was held responsible in a year."""

    person_id: UUID
    year: int
    counted: int
    """Complaints whose finding stands."""
    suspended: int
    """Complaints whose finding an appeal holds back."""
    proposed: list[str]
    """Codes of the pack's rules for repeated complaints under which a consequence is proposed."""


class ResponsiblePersonPage(Page[ResponsiblePerson]):
    """One page of counters, by staff id."""
