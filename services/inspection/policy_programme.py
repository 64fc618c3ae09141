"""The inspection chapter's section on plans of year, quarter and month per level, execution plans (domain.md 2.5)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Named,
    Percent,
    PostCode,
    Promised,
    Refers,
)

KindCode = Annotated[Code, Refers("inspection_kind")]
ThemeCode = Annotated[Code, Refers("theme")]
"""Defined by the section `inspections`."""
MethodCode = Annotated[Code, Refers("method")]
"""Defined by the section `inspections`."""
TeamCode = Annotated[Code, Refers("team")]
Days = Annotated[int, Field(ge=0)]


class PlanLevel(StrEnum):
    """Who plans and inspects: the company, a department, a team."""

    COMPANY = "company"
    DEPARTMENT = "department"
    TEAM = "team"


class Pace(StrEnum):
    """The period of a plan, or how often something recurs."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How long it is."""
        return {"month": 1, "quarter": 3, "year": 12}[self.value]


class AdjustAct(StrEnum):
    """How a plan is adjusted."""

    ADD = "add"
    MOVE = "move"
    CANCEL = "cancel"
    ASSIGN = "assign"


class Kind(Named):
    """A kind of inspection."""

    is_announced: bool = True
    """Whether the inspected department sees it before it was carried out."""
    needs_execution_plan: bool = True
    """Whether it may not start without one."""
    clause: ClauseCode


class Occasion(Named):
    """What a plan holds again and again (计划检查项目)."""

    code: Code
    kind: KindCode
    every: Pace
    times: Annotated[int, Field(ge=1, le=31)] = 1
    """Within each `every`."""
    from_day: Annotated[int, Field(ge=1, le=366)] = 1
    """Day of the month, quarter or year on which the window begins."""
    until_day: Annotated[int, Field(ge=1, le=366)] | None = None
    """Its last day; none = the last of the month, quarter or year."""
    themes: tuple[ThemeCode, ...] = ()
    """One after the other, from window to window."""
    departments: tuple[DepartmentCode, ...] = ()
    """Of a company's plan: inspected one after the other, from window to window."""
    is_each: bool = False
    """All the departments each time."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_a_window(self) -> Self:
        if self.until_day is not None and self.until_day < self.from_day:
            raise ValueError("until_day 不得早于 from_day")
        return self


class PlanTerms(Entry):
    """The plan of one pace: when it is made, when it must stand, what it holds."""

    made_days: Days
    """So many days before its period begins it is made."""
    stands_days: Days
    """So many days before its period begins it is approved."""
    least_days: Annotated[int, Field(ge=1)]
    """Whenever it is made, so many days are left for its approval."""
    occasions: tuple[Occasion, ...] = ()
    clause: ClauseCode
    is_open_setting: bool = False


class Level(Named):
    """One of the three levels (检查层级)."""

    departments: tuple[DepartmentCode, ...] = ()
    """Whose plans these are, of departments."""
    teams: tuple[TeamCode, ...] = ()
    """Of teams; none = every team that has members."""
    planned_by: tuple[PostCode, ...] = ()
    is_planned_by_head: bool = False
    """Also by the head of the department."""
    approved_by: tuple[PostCode, ...] = ()
    is_approved_by_head: bool = False
    inspectors: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who goes: holders outside the inspected department, the least loaded first."""
    free_adjustments: tuple[AdjustAct, ...] = ()
    """What the planner still does to an approved plan; the rest is for those who approve."""
    plans: dict[Pace, PlanTerms]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for pace, terms in self.plans.items():
            codes = [one.code for one in terms.occasions]
            if len(set(codes)) != len(codes):
                raise ValueError(f"{pace} 计划的检查项目代码重复")
            if any(one.every.months > pace.months for one in terms.occasions):
                raise ValueError(f"{pace} 计划的检查项目周期长于计划期间")
        if not (self.planned_by or self.is_planned_by_head) or not (self.approved_by or self.is_approved_by_head):
            raise ValueError("须规定由谁编制、由谁批准")
        return self


class Pressing(Entry):
    """Warnings and ladder of a clock whose limit follows from the plan's dates."""

    warn_at: tuple[Percent, ...] = (50, 75, 90)
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False


class Moves(Entry):
    """How far a planned inspection may be moved."""

    times: Days
    days_beyond: Days
    """Beyond the end of the plan's period."""
    is_open_setting: bool = False


class Programme(Entry):
    """Plans of year, quarter and month per level, execution plans (服务检查计划)."""

    clause: ClauseCode
    kinds: dict[Code, Kind]
    themes: tuple[ThemeCode, ...]
    """What may be planned."""
    methods: Annotated[tuple[MethodCode, ...], Field(min_length=1)]
    levels: dict[PlanLevel, Level]
    plan: Pressing
    inspection: Pressing
    execution_plan: Promised
    """From the beginning of the window."""
    moves: Moves
    recording_hours: Annotated[int, Field(ge=1)]
    """How far back a carried-out inspection is judged by its own time."""
    late_days: Days
    """How long after the end of the plan's period what was missed may be made up for."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _inspects_somebody(self) -> Self:
        company = self.levels.get(PlanLevel.COMPANY)
        for terms in company.plans.values() if company else ():
            if any(not one.departments for one in terms.occasions):
                raise ValueError("公司计划的检查项目须列出被检查部门")
        if self.moves.days_beyond > self.late_days:
            raise ValueError("moves.days_beyond 不得大于 late_days")
        for level in self.levels.values():
            named = {theme for terms in level.plans.values() for one in terms.occasions for theme in one.themes}
            if not named <= set(self.themes):
                raise ValueError("检查项目的主题须列入 programme.themes")
        return self
