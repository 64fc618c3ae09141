"""The inspection chapter's section on yearly plan, proposals, training and service meetings (domain.md 2.5)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.inspection.policy_programme import Pace, Pressing
from shared.policy.commitments import ClauseCode, Code, DepartmentCode, Entry, Named, PostCode, Promised

Posts = Annotated[tuple[PostCode, ...], Field(min_length=1)]
Days = Annotated[int, Field(ge=1)]


class CountedFact(StrEnum):
    """What an indicator counts, as facts know it."""

    CASE = "case"
    ORDER = "order"
    CALL = "call"
    CLOCK = "clock"
    ENTRY = "entry"


class Counted(StrEnum):
    """What is counted of the facts, over what."""

    NUMBER = "number"
    """Facts, over the days of the window."""
    AMOUNT = "amount"
    """Errors, over the days of the window."""
    LATE = "late"
    """Late ones, over all."""
    SATISFIED = "satisfied"
    """Satisfied ones, over those who said."""


class SignalKind(StrEnum):
    """What is heard that may suggest an improvement."""

    FINDING = "finding"
    COMPLAINT = "complaint"
    SURVEY = "survey"


class YearPlan(Entry):
    """The yearly service-improvement plan (年度服务改进计划)."""

    is_company: bool = True
    """Whether the company has one."""
    departments: tuple[DepartmentCode, ...] = ()
    """And these departments theirs, written by their heads."""
    made_days: Annotated[int, Field(ge=0)]
    """So many days before the year it is drafted."""
    stands_days: Annotated[int, Field(ge=0)]
    """So many days before the year it is approved."""
    least_days: Days
    """Whenever it is drafted, so many days are left for its approval."""
    least_improvements: Annotated[int, Field(ge=0)]
    """It holds at least so many when it is submitted."""
    written_by: Posts
    """The company's."""
    approved_by: Posts
    department_approved_by: Posts
    approval: Pressing
    summary: Promised
    """From the end of the year to the words of its summary."""
    clause: ClauseCode
    is_open_setting: bool = False


class Indicator(Named):
    """What an improvement is measured by, counted from facts before and after (改进效果指标)."""

    fact: CountedFact
    counted: Counted
    categories: tuple[Code, ...] = ()
    """Only these categories, kinds of work or metrics."""
    needs_category: bool = False
    """Whether the improvement names the one category that is counted."""
    is_by_department: bool = True
    """Only those of the improvement's department."""
    is_less_better: bool
    before_days: Days
    """Up to the day on which the improvement was planned."""
    after_days: Days
    """From the day after it was done."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _names_categories_once(self) -> Self:
        if self.needs_category and self.categories:
            raise ValueError("categories 与 needs_category 只能用其一")
        return self


class Effect(Entry):
    """How effects are measured and judged."""

    indicators: dict[Code, Indicator]
    must_improve: bool
    """Whether only what got better is accepted; what cannot be compared is the office's word."""
    measured: Promised
    """From the report that it is done to the measure by hand."""
    clause: ClauseCode
    is_open_setting: bool = False


class Proposals(Entry):
    """What employees propose (员工建议)."""

    answered_by: Posts
    answered: Promised
    told: Promised
    """From the answer until the proposer took note of it."""
    clause: ClauseCode
    is_open_setting: bool = False


class Gathering(Named):
    """What departments hold again and again (培训、服务例会)."""

    every: Pace
    departments: Annotated[tuple[DepartmentCode, ...], Field(min_length=1)]
    held: Pressing
    """Within the period."""
    recording_hours: Days
    """How far back a record is judged by the time at which it was held."""
    late_days: Annotated[int, Field(ge=0)]
    """So many days after the period it may be made up for, and recorded."""
    needs_minutes: bool = True
    """Whether a record has a file of minutes."""
    clause: ClauseCode
    is_open_setting: bool = False


class Candidate(Entry):
    """When what is heard suggests an improvement."""

    times: Annotated[int, Field(ge=1)]
    """The same clause, category or questionnaire within a calendar month."""
    department: DepartmentCode
    """Where none is named."""
    clause: ClauseCode
    is_open_setting: bool = False


class Published(Entry):
    """Good examples that everybody may read (好的做法公布)."""

    drafted_by: Posts
    published_by: Posts
    is_four_eyes: bool
    clause: ClauseCode
    is_open_setting: bool = False


class Improvement(Entry):
    """Yearly plan, proposals, training and service meetings (服务改进计划)."""

    clause: ClauseCode
    plan: YearPlan
    planned_by: Posts
    """Who plans, declines and cancels improvements of every department."""
    is_planned_by_head: bool
    """Also the head of the department."""
    accepted_by: Posts
    longest_days: Days
    """To a due date."""
    decided: Promised
    """From the proposal or candidate to its planning or decline."""
    due: Pressing
    """Up to the due date."""
    accepted: Promised
    """From the measured effect to the word of the office."""
    effect: Effect
    proposals: Proposals
    training: Gathering
    meeting: Gathering
    decision: Pressing
    """Of a meeting, up to its due date."""
    candidates: dict[SignalKind, Candidate]
    """None of a kind = it suggests nothing."""
    good_examples: Published
    file_types: Annotated[tuple[str, ...], Field(min_length=1)]
    """Media types of minutes and proofs."""
    is_open_setting: bool = False
