"""Bodies and answers of the notices."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from services.inspection.notices.models import NoticeRow
from services.inspection.notices.rules import Act, NoticeState, Outcome, Verdict
from services.inspection.notices.service.figures import YearCount
from services.inspection.notices.service.reading import WholeNotice
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


def _distinct(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) != len(ids):
        raise ValueError("不得重复")
    return ids


FindingIds = Annotated[list[UUID], Field(min_length=1, max_length=50), AfterValidator(_distinct)]
ProofIds = Annotated[list[UUID], Field(max_length=20), AfterValidator(_distinct)]


class NoticeCreate(ApiModel):
    """One notice on several confirmed findings of a department."""

    finding_ids: FindingIds
    words: LongText | None = None
    """What must be mended, besides the findings' own words."""


class NoticeIssue(ApiModel):
    """A draft is issued."""

    words: LongText | None = None


class NoticePlan(ApiModel):
    """What the department does about it."""

    measure: LongText
    responsible_id: UUID
    planned_on: date


class NoticeReport(ApiModel):
    """The rectification report."""

    report: LongText
    proof_ids: ProofIds = Field(default_factory=list)


class NoticeVerdict(ApiModel):
    """What the verifying inspector saw."""

    verdict: Verdict
    words: LongText


class NoticeAcceptance(ApiModel):
    """Accepted, or sent back with the reason."""

    is_accepted: bool
    words: LongText


class NoticeExtension(ApiModel):
    """How many days more, and why."""

    days: Annotated[int, Field(ge=1, le=365)]
    words: LongText


class NoticeReason(ApiModel):
    """Why it is escalated or withdrawn."""

    words: LongText


class NoticeDecision(ApiModel):
    """What is decided on an escalated notice."""

    outcome: Outcome
    words: LongText


class NoticeFinding(ApiModel):
    """A finding on the notice."""

    finding_id: UUID
    severity: str
    clause: str
    person_id: UUID | None
    left_at: AwareDatetime | None
    left_reason: str | None


class NoticeRound(ApiModel):
    """One round of mending."""

    cycle: int
    started_at: AwareDatetime
    deadline_at: AwareDatetime
    extended_days: int
    late_at: AwareDatetime | None
    """The deadline that was missed."""
    measure: str | None
    responsible_id: UUID | None
    planned_on: date | None
    planned_by: UUID | None
    planned_at: AwareDatetime | None
    report: str | None
    proof_ids: list[UUID]
    mended_by: UUID | None
    mended_at: AwareDatetime | None
    verdict: Verdict | None
    verdict_words: str | None
    verified_by: UUID | None
    verified_at: AwareDatetime | None
    is_accepted: bool | None
    acceptance: str | None
    accepted_by: UUID | None
    accepted_at: AwareDatetime | None


class NoticeStep(ApiModel):
    """One step of the history."""

    act: Act
    state: NoticeState
    cycle: int
    words: str | None
    from_deadline_at: AwareDatetime | None
    to_deadline_at: AwareDatetime | None
    finding_id: UUID | None
    taken_by: UUID | None
    """None = the platform."""
    taken_at: AwareDatetime


class NoticeSummary(ApiModel):
    """A notice in a list."""

    id: UUID
    company: str
    number: str
    department: str
    team: str | None
    severity: str
    clause: str
    words: str | None
    state: NoticeState
    cycle: int
    deadline_at: AwareDatetime | None
    is_late: bool
    is_mended: bool | None
    standing: int
    """Findings that remain on it."""
    year: int | None
    responsible_id: UUID | None
    posts: list[str]
    drafted_by: UUID | None
    drafted_at: AwareDatetime
    issued_by: UUID | None
    issued_at: AwareDatetime | None
    acknowledged_by: UUID | None
    acknowledged_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    cancel_reason: str | None
    version: int


class Notice(NoticeSummary):
    """A notice with its findings, rounds and history."""

    findings: list[NoticeFinding]
    rounds: list[NoticeRound]
    steps: list[NoticeStep]

    @classmethod
    def of(cls, whole: WholeNotice) -> Self:
        """From the rows."""
        own = {name: getattr(whole.notice, name) for name in NoticeSummary.model_fields}
        return cls(
            **own,
            findings=[NoticeFinding.model_validate(one) for one in whole.findings],
            rounds=[NoticeRound.model_validate(one) for one in whole.rounds],
            steps=[NoticeStep.model_validate(one) for one in whole.steps],
        )


class NoticePage(Page[NoticeSummary]):
    """A page of notices, newest first."""


class NoticeCount(ApiModel):
    """Notices issued to a department in the year, of one severity."""

    company: str
    department: str
    severity: str
    issued: int
    open: int
    late: int

    @classmethod
    def of(cls, one: YearCount) -> Self:
        """From what was counted."""
        return cls.model_validate(one)


class NoticeConsequence(ApiModel):
    """What the department's notices of the year cost it."""

    id: UUID
    company: str
    department: str
    year: int
    consequence: str
    clause: str
    count: int
    notice_ids: list[UUID]
    proposed_at: AwareDatetime


class NoticeCounts(ApiModel):
    """The notices of a year."""

    year: int
    counts: list[NoticeCount]
    consequences: list[NoticeConsequence]


def summary(row: NoticeRow) -> NoticeSummary:
    """A row of the list."""
    return NoticeSummary.model_validate(row)
