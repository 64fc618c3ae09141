"""Answers of the figures' own doors; the figures themselves go out by shared.contracts.indicators."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from services.complaint.indicators.rules import Verdict
from shared.http.base_model import ApiModel
from shared.http.page import Page


class CountedCase(ApiModel):
    """One that a figure counted; the codes are those by which it was counted."""

    ref_id: UUID
    """The clock, case or callback that was counted."""
    complaint_id: UUID
    number: str
    kind: str
    state: str
    """As it stands now."""
    cycle: int
    at: AwareDatetime
    """What put it into the period: due, opened or called."""
    is_numerator: bool
    is_denominator: bool
    is_untargeted: bool
    is_unanswered: bool
    tier: str | None
    grade: str | None
    category: str
    department: str | None
    channel: str


class CountedCasePage(Page[CountedCase]):
    """One page of what was counted."""


class Cause(ApiModel):
    """How many of the period's complaints had a cause."""

    kind: str
    """category, root_cause (of confirmed findings) or department."""
    cause: str
    complaints: int
    total: int
    """All complaints of the period."""
    rank: int


class Causes(ApiModel):
    """The causes of a period's complaints, ranked."""

    company: str
    period: str
    items: list[Cause]


class WeekBefore(ApiModel):
    """One of the weeks compared with."""

    monday: date
    numerator: int
    denominator: int


class WeekFigure(ApiModel):
    """A figure of the week, in all or of one category, beside the weeks before."""

    code: str
    name: str | None
    category: str | None
    """Null = all."""
    numerator: int
    denominator: int
    value: float | None
    """Number of complaints, or share."""
    mean: float | None
    deviation: float | None
    """Standard deviation of the weeks before, at least that of chance (Poisson for numbers, binomial for shares)."""
    lower: float | None
    upper: float | None
    verdict: Verdict
    before: list[WeekBefore]


class WeekReport(ApiModel):
    """What was out of the ordinary in a week; the settings are the pack's."""

    company: str
    week: str
    from_at: AwareDatetime
    until_at: AwareDatetime
    is_frozen: bool
    trailing_weeks: int
    min_weeks: int
    factor: float
    min_count: int
    items: list[WeekFigure]
    """What is out of the ordinary first."""
    causes: list[Cause]
