"""The incentive chapter's catalogue: rewards and penalties, their ranges and who decides (domain.md 2.6, 3)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Refers

ChainCode = Annotated[Code, Refers("chain")]
CatalogueCode = Annotated[Code, Refers("incentive_clause")]
GradeCode = Annotated[Code, Refers("month_grade")]
Fen = Annotated[int, Field(ge=0)]
Points = Annotated[int, Field(ge=0)]


class IncentiveKind(StrEnum):
    """What a clause does, in kind: it gives or it takes."""

    REWARD = "reward"
    PENALTY = "penalty"


class Subject(StrEnum):
    """Whom a clause is about."""

    EMPLOYEE = "employee"
    DEPARTMENT = "department"
    CUSTOMER = "customer"


class AmountRange(Entry):
    """Money within which a case must stay, in fen."""

    least_fen: Fen
    most_fen: Fen
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.least_fen > self.most_fen:
            raise ValueError("金额范围的下限不得大于上限")
        return self


class PointsRange(Entry):
    """Points within which a case must stay."""

    least: Points
    most: Points
    is_annual: bool = False
    """Off the year's, not the month's."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.least > self.most:
            raise ValueError("分值范围的下限不得大于上限")
        return self


class LossRange(Entry):
    """Direct loss through own error for which a clause is meant, in fen; beyond lies outside this regulation."""

    from_fen: Fen
    below_fen: Fen | None = None


class IncentiveClause(Named):
    """One clause: what it gives or takes, from whom, who decides, who learns of it."""

    kind: IncentiveKind
    subject: Subject = Subject.EMPLOYEE
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    """Of a penalty."""
    amount: AmountRange | None = None
    """For the employee; none = no money."""
    head_amount: AmountRange | None = None
    """For the head of the department beside the employee."""
    points: PointsRange | None = None
    """Of the employee's month."""
    department_points: PointsRange | None = None
    loss: LossRange | None = None
    has_warning: bool = False
    month_grade: GradeCode | None = None
    """The employee's grade of the month."""
    department_month_grade: GradeCode | None = None
    is_suspension: bool = False
    """待岗: probation or suspension from the post."""
    ends_award: bool = False
    """Out of the year's awards."""
    may_be_collective: bool = False
    is_published: bool = False
    """Within the company."""
    is_outside: bool = False
    """Lies outside this regulation (employee rules): shown as such, never decided here."""
    talk_first: bool = False
    """Education before punishment: the first minor matter of the year suggests a talk."""
    gifts: tuple[str, ...] = ()
    """What a customer may be given, in Chinese."""
    chain: ChainCode | None = None
    """Who decides; none only where it lies outside."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_decided_by_somebody(self) -> Self:
        if (self.chain is None) != self.is_outside:
            raise ValueError("条款须给出审批链（chain）；只有本规章以外的不给出")
        if self.kind is IncentiveKind.REWARD and (self.level or self.is_suspension or self.ends_award):
            raise ValueError("奖励不设处罚等级、待岗与取消评先")
        return self


class CountedFact(StrEnum):
    """Facts of other services that count."""

    COMPLAINT = "complaint"
    """A finding holds the person responsible for a complaint: counts in the year in which the complaint came in."""
    GRAVE_NOTICE = "grave_notice"
    """A rectification notice was issued to the department: counts in the year of its issue."""


class Counter(Named):
    """What adds up in a calendar year, and the clause that is proposed at exactly the n-th."""

    of: tuple[CatalogueCode, ...] = ()
    """Clauses of effective cases that count; empty where a source of facts counts (`facts`)."""
    facts: tuple[CountedFact, ...] = ()
    """Kinds of fact that count."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Fields of those facts that must have one of these values, such as the severity of a notice."""
    subject: Subject
    at: Annotated[int, Field(ge=1)]
    is_all_years: bool = False
    """In all, not of the year."""
    then: CatalogueCode
    clause: ClauseCode

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if not (self.of or self.facts) or self.subject is Subject.CUSTOMER:
            raise ValueError("累计须给出计数的条款（of）或事实（facts），对象为员工或部门")
        if (CountedFact.COMPLAINT in self.facts) > (self.subject is Subject.EMPLOYEE):
            raise ValueError("投诉按员工累计")
        if (CountedFact.GRAVE_NOTICE in self.facts) > (self.subject is Subject.DEPARTMENT):
            raise ValueError("整改通知书按部门累计")
        return self


class Catalogue(Entry):
    """Rewards, penalties, department penalties and what adds up (奖惩条款)."""

    provisions: Annotated[dict[Code, IncentiveClause], Field(min_length=1)]
    counters: dict[Code, Counter] = Field(default_factory=dict)
    lifted_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who lifts a suspension from the post (待岗)."""
    is_open_setting: bool = False
    month_grades: Annotated[dict[Code, Named], Field(min_length=1)]
    """Best first."""
