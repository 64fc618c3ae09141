"""Bodies and answers of sheets, years and publications."""

from collections.abc import Mapping
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.incentive.assessments.models import PublicationRow
from services.incentive.assessments.rules.lines import SheetLine
from services.incentive.assessments.rules.sheets import Sheet, SheetState, SubjectType, Whose
from services.incentive.assessments.service.reading import MonthView, SheetView
from services.incentive.assessments.service.years import Year
from services.incentive.ledger.rules.months import MONTH_PATTERN
from shared.http.base_model import ApiModel, Code
from shared.http.page import Page

Fields = dict[str, object]


class AssessmentEntry(ApiModel):
    """What one case moved in the month, with what proves it."""

    line: str
    """A code of the pack, or `other`."""
    case_id: UUID
    number: str | None
    provision: str
    source: str | None
    of_month: str
    """Earlier than the sheet's month where a closed month was corrected."""
    is_reversal: bool
    points: int
    year_points: int
    fen: int
    happened_at: AwareDatetime | None
    posted_at: AwareDatetime
    proposal_id: UUID | None
    cause_type: str | None
    cause_id: UUID | None
    matter_id: UUID | None

    @classmethod
    def live(cls, one: SheetLine) -> Self:
        """Of a sheet that is computed."""
        names = ("line", "case_id", "provision", "of_month", "is_reversal", "points", "year_points", "fen", "posted_at")
        own: Fields = {name: getattr(one, name) for name in names}
        parts = ("number", "source", "happened_at", "proposal_id", "cause_type", "cause_id", "matter_id")
        own |= {name: getattr(one.cause, name, None) for name in parts}
        return cls.model_validate(own)


class LiveAssessment(ApiModel):
    """A subject's month as it stands now."""

    month: str
    subject_type: SubjectType
    subject: str
    department: str | None
    opening_points: int
    points: int
    year_points: int
    fen: int
    band_grade: str
    """By points alone."""
    grade: str
    """The worse of points and what a case in effect set."""
    lines: list[AssessmentEntry]

    @classmethod
    def of(cls, month: str, whose: Whose, sheet: Sheet) -> Self:
        """From what was computed."""
        own: Fields = {"month": month, "subject_type": whose.subject_type, "subject": whose.subject}
        own |= {"department": whose.department, "lines": [AssessmentEntry.live(one) for one in sheet.lines]}
        return cls.model_validate(own | figures_of(sheet))


class Assessment(LiveAssessment):
    """A sheet; the figures of a draft are those of the moment, those of a released one are frozen."""

    id: UUID
    company: str
    team: str | None
    state: SheetState
    edition: int
    corrects_id: UUID | None
    reason: str | None
    digest: str | None
    drafted_at: AwareDatetime
    released_at: AwareDatetime | None
    released_by: UUID | None
    policy_version: str
    version: int

    @classmethod
    def shown(cls, view: SheetView) -> Self:
        """From a row and its live figures."""
        names = set(cls.model_fields) - {"lines"}
        own: Fields = {name: getattr(view.row, name) for name in names}
        own["lines"] = [AssessmentEntry.model_validate(one, from_attributes=True) for one in view.lines]
        return cls.model_validate(own if view.sheet is None else own | figures_of(view.sheet))


class AssessmentPage(Page[Assessment]):
    """One page of sheets, newest first."""


class AssessmentMonth(ApiModel):
    """How far the release of a month is."""

    id: UUID
    month: str
    drafts: int
    released: int

    @classmethod
    def of(cls, view: MonthView) -> Self:
        """From the view."""
        return cls(id=view.month_id, month=view.month, drafts=view.drafts, released=view.released)


class ReleaseMonth(ApiModel):
    """What is released: all that waits of the month, or of one department."""

    department: Code | None = None


class CorrectAssessment(ApiModel):
    """Why a new edition is made."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class MonthResult(ApiModel):
    """A released month of the year."""

    month: Annotated[str, Field(pattern=MONTH_PATTERN)]
    points: int
    grade: str


class AssessmentYear(ApiModel):
    """A subject's year."""

    subject_type: SubjectType
    subject: str
    name: str | None
    department: str | None
    months: list[MonthResult]
    """Released ones only."""
    year_points: int
    rewards: int
    penalties: int
    rewards_fen: int
    penalties_fen: int
    warnings: int
    suspensions: int
    is_eligible_for_awards: bool

    @classmethod
    def of(cls, one: Year) -> Self:
        """From the year."""
        names = set(cls.model_fields) - {"months", "is_eligible_for_awards"}
        own: Fields = {name: getattr(one, name) for name in names}
        own["months"] = [MonthResult(month=month, points=two[0], grade=two[1]) for month, two in one.months.items()]
        return cls.model_validate(own | {"is_eligible_for_awards": not one.is_out_of_awards})


class AssessmentYearList(ApiModel):
    """Departments and employees of the year."""

    year: str
    items: list[AssessmentYear]


class PublishedShare(ApiModel):
    """One of several who share a collective reward or penalty."""

    name: str | None
    """Masked for people outside the company."""
    percent: int
    is_main: bool
    """The main contributor."""


class Publication(ApiModel):
    """A reward or penalty published within the company."""

    id: UUID
    company: str
    case_id: UUID
    number: str
    provision: str
    kind: str
    level: int | None
    subject_type: str
    department: str | None
    name: str | None
    """Of the employee; masked for people outside the company."""
    shares: list[PublishedShare]
    """Of a collective one, the main contributor first; else empty."""
    month: str | None
    published_at: AwareDatetime

    @classmethod
    def of(cls, row: PublicationRow, names: Mapping[UUID, str | None]) -> Self:
        """With the names as the reader may see them."""
        own: Fields = {one: getattr(row, one) for one in set(cls.model_fields) - {"name", "shares"}}
        shares = [
            PublishedShare(name=names.get(UUID(one["staff_id"])), percent=one["percent"], is_main=one["is_main"])
            for one in sorted(row.shares, key=lambda one: (not one["is_main"], -one["percent"], one["staff_id"]))
        ]
        return cls.model_validate(
            own | {"name": names.get(row.employee_id) if row.employee_id else None, "shares": shares}
        )


class PublicationPage(Page[Publication]):
    """One page of publications, newest first."""


def figures_of(sheet: Sheet) -> Fields:
    """The sums of a sheet."""
    own: Fields = {name: getattr(sheet, name) for name in ("points", "year_points", "fen", "band_grade", "grade")}
    return own | {"opening_points": sheet.opening}
