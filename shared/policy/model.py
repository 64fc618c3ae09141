"""The head of every chapter and the common chapter of a pack, typed (domain.md 2.9, design.md 5)."""

from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from shared.ids import derived_id
from shared.policy.commitments import CalendarCode, ClauseCode, Code, DepartmentCode, Entry, Named, PostCode
from shared.sla.definition import CalendarDefinition, DayWindows, Weekday

Version = Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}(\.[0-9]{1,3})?$")]
"""Year of the regulation and a running number, such as `2011.1`."""


class ApprovalState(StrEnum):
    """How far a chapter's approval has come (domain.md 2.9)."""

    DRAFT = "draft"
    APPROVED_INSIDE = "approved_inside"
    APPROVED_BY_DIRECTOR = "approved_by_director"
    FILED = "filed"

    @property
    def rank(self) -> int:
        """Later steps rank higher."""
        return list(ApprovalState).index(self)


class ApprovalStep(Entry):
    """One step of the approval that was taken."""

    state: ApprovalState
    by: str
    """Who, as a post or body in Chinese; no personal name."""
    on: date


class Clause(Entry):
    """One clause of a regulation in our own words."""

    text: str
    """Chinese."""
    source: str
    """Chapter and section, such as `服务投诉管理规定 2.3`."""


class ChapterHeader(Entry):
    """What every chapter says of itself."""

    version: Version
    name: str
    """Chinese title of the regulation."""
    owner: str
    """Department code of whoever keeps the regulation."""
    effective_on: date
    trial_months: Annotated[int, Field(ge=0, le=60)] = 0
    takes_effect_at: Literal[ApprovalState.FILED, ApprovalState.APPROVED_BY_DIRECTOR] = ApprovalState.FILED
    """The approval that suffices: filed; for callback the regional director's."""
    approval: tuple[ApprovalStep, ...] = ()
    clauses: dict[Code, Clause] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _approved_in_order(self) -> Self:
        ranks = [step.state.rank for step in self.approval]
        if ranks != sorted(set(ranks)):
            raise ValueError("审批步骤须按先后且不重复")
        if any(after.on < before.on for before, after in pairwise(self.approval)):
            raise ValueError("审批日期须按先后")
        return self

    @property
    def state(self) -> ApprovalState:
        """How far the approval has come."""
        return self.approval[-1].state if self.approval else ApprovalState.DRAFT

    @property
    def is_approved(self) -> bool:
        """Whether the chapter may take effect."""
        return self.state.rank >= self.takes_effect_at.rank

    @property
    def trial_until(self) -> date | None:
        """The last day of the trial; None where there is none."""
        if self.trial_months == 0:
            return None
        months = self.effective_on.month - 1 + self.trial_months
        year, month = self.effective_on.year + months // 12, months % 12 + 1
        last_of_month = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month, min(self.effective_on.day, last_of_month)) - timedelta(days=1)

    def is_trial(self, on: date) -> bool:
        """Whether the chapter is still on trial; afterwards it stands in full unless revised."""
        return self.trial_until is not None and on <= self.trial_until


GREEN_CHANNEL = "green_channel"
"""The channel that counters and hotline seats keep free."""


class Tier(Named):
    """One customer tier (客户级别)."""

    rank: Annotated[int, Field(ge=1)]
    """1 is the highest."""
    strategy: str | None = None
    """What serving them means, in Chinese."""
    channels: tuple[Code, ...] = ()
    """How they are served; `green_channel` puts their work into the queue of the green channel (绿色通道)."""
    clause: ClauseCode | None = None


class Department(Named):
    """A department; its default post is told where a case has no owner (sla.md 12)."""

    default_post: PostCode
    lead_post: PostCode | None = None


class Post(Named):
    """A post (岗位): access role, department and level; matrices, ladders and approvals name posts."""

    access_role: Annotated[
        str,
        Field(
            pattern=r"^(agent|clerk|keeper|crew|leader|account|head|deputy|gm|office|inspector|supervisor|auditor|reporter)$"
        ),
    ]
    department: DepartmentCode | None = None
    level: Annotated[int, Field(ge=1, le=9)]
    """1 front line … 5 general manager."""


class HolidaySource(StrEnum):
    """Where a calendar's holidays come from."""

    NONE = "none"
    CHINA = "china"


class PackCalendar(Named):
    """A working calendar: weekly windows, the source of its holidays, the pack's own overrides."""

    zone: str = "Asia/Shanghai"
    weekly: dict[Weekday, DayWindows]
    holidays: HolidaySource = HolidaySource.CHINA
    overrides: dict[date, DayWindows] = Field(default_factory=dict)
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if not any(self.weekly.values()):
            raise ValueError("日历没有任何每周工作时间")
        try:
            _ = self.definition
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from error
        return self

    @property
    def definition(self) -> CalendarDefinition:
        """The calendar before its holidays are written in."""
        return CalendarDefinition(zone=self.zone, weekly=self.weekly, overrides=self.overrides)


HourOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHours(Entry):
    """When people are not told, although judging goes on (sla.md 11)."""

    from_hour: HourOfDay
    until_hour: HourOfDay
    is_open_setting: bool = False


class Retention(Named):
    """How long a class of records is kept."""

    days: Annotated[int, Field(ge=1)]
    is_open_setting: bool = False


class DemoStaff(Entry):
    """A person of the demo company; the name is made up."""

    name: str
    posts: tuple[PostCode, ...]
    department: DepartmentCode | None = None
    team: Code | None = None
    superior: Code | None = None
    """Login of the direct superior."""
    lines: tuple[DepartmentCode, ...] = ()
    """Departments that a leader in charge (分管领导) answers for."""
    entry_on: date = date(2015, 7, 1)


class CommonChapter(ChapterHeader):
    """What all services share: tiers, posts, departments, calendars, retention, demo staff."""

    zone: str = "Asia/Shanghai"
    tiers: dict[Code, Tier]
    default_tier: Code
    tags: dict[Code, Named] = Field(default_factory=dict)
    departments: dict[Code, Department]
    teams: dict[Code, Named] = Field(default_factory=dict)
    posts: dict[Code, Post]
    calendars: dict[Code, PackCalendar]
    default_calendar: CalendarCode
    quiet_hours: QuietHours
    retention: dict[Code, Retention]
    demo_staff: dict[Code, DemoStaff] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _knows_its_default(self) -> Self:
        if self.default_tier not in self.tiers:
            raise ValueError("default_tier 未在 tiers 中定义")
        if len({tier.rank for tier in self.tiers.values()}) != len(self.tiers):
            raise ValueError("tiers 的次序（rank）不得重复")
        return self

    @model_validator(mode="after")
    def _has_a_top(self) -> Self:
        for login, person in self.demo_staff.items():
            seen, superior = {login}, person.superior
            while superior is not None:
                if superior not in self.demo_staff:
                    raise ValueError(f"demo_staff/{login}/superior 未定义")
                if superior in seen:
                    raise ValueError(f"demo_staff/{login}/superior 成环")
                seen.add(superior)
                superior = self.demo_staff[superior].superior
        return self

    @property
    def ranked_tiers(self) -> list[str]:
        """Tier codes, highest first."""
        return sorted(self.tiers, key=lambda code: self.tiers[code].rank)

    @cached_property
    def green_tiers(self) -> tuple[str, ...]:
        """Tiers whose work goes through the green channel."""
        return tuple(code for code, tier in self.tiers.items() if GREEN_CHANNEL in tier.channels)

    @cached_property
    def role_of_post(self) -> dict[str, str]:
        """Access role by post."""
        return {code: post.access_role for code, post in self.posts.items()}


def demo_staff_id(company: str, login: str) -> UUID:
    """The id of a demo person: the same at every provisioning."""
    return derived_id("demo-staff", company, login)


class Company(Entry):
    """A legal company that runs the pack."""

    name: str


class PackManifest(Entry):
    """`pack.yaml`: what the pack is called, what it builds on, which companies run it."""

    code: Code
    name: str
    extends: Code | None = None
    companies: dict[Code, Company] = Field(default_factory=dict)
    """The first is the demo company."""
