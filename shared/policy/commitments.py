"""What a chapter of any service says of limits, ladders, waits and targets: typed, frozen, by code."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_+-]{1,40}$")]
"""A code that a pack defines (design.md 5)."""


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field as the code of something defined elsewhere; `shared.policy.references` collects them."""

    kind: str


PostCode = Annotated[Code, Refers("post")]
TierCode = Annotated[Code, Refers("tier")]
DepartmentCode = Annotated[Code, Refers("department")]
CalendarCode = Annotated[Code, Refers("calendar")]
TagCode = Annotated[Code, Refers("tag")]
RetentionCode = Annotated[Code, Refers("retention")]
"""A class of records whose keeping the common chapter limits."""
ClauseCode = Annotated[Code, Refers("clause")]
"""A clause of the chapter itself, with its text and source."""
LadderCode = Annotated[Code, Refers("ladder")]
PauseCode = Annotated[Code, Refers("pause")]
Percent = Annotated[int, Field(ge=1, le=100)]


class Entry(BaseModel):
    """Base of every part of a chapter: closed and frozen; a misspelt key is a mistake, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Named(Entry):
    """A code with the name that people read."""

    name: str
    """Chinese."""


class LimitUnit(StrEnum):
    """The four units of sla.md 2: minutes for the first two, days for the dated ones."""

    NATURAL = "natural"
    BUSINESS = "business"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class Limit(Entry):
    """How much time a promise gives; without a budget it is counted apart, never as kept (sla.md 15)."""

    budget: Annotated[int, Field(ge=0)] | None
    """Minutes for `natural` and `business`, days for `working_day` and `calendar_day`; null = no limit."""
    unit: LimitUnit = LimitUnit.NATURAL
    calendar: CalendarCode = "natural"
    """A calendar of the common chapter."""


class LadderTrigger(StrEnum):
    """What a rung is counted from; the words are those of `shared.sla.promise.Rung`."""

    WARNED = "warned"
    BREACHED = "breached"


class LadderRung(Entry):
    """Whom to tell when a clock presses: a post, or the owner's n-th superior (sla.md 12)."""

    trigger: LadderTrigger = LadderTrigger.BREACHED
    after: Annotated[int, Field(ge=0)] = 0
    """Minutes of the clock's own time after the trigger."""
    post: PostCode | None = None
    superior: Annotated[int, Field(ge=1, le=9)] | None = None
    otherwise: PostCode | None = None
    """Who is told where there is no such superior: it never falls through."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.post is None) == (self.superior is None):
            raise ValueError("升级台阶须且只能指定岗位（post）或上级层数（superior）之一")
        if self.superior is not None and self.otherwise is None:
            raise ValueError("指定上级层数的台阶须给出兜底岗位（otherwise）")
        return self


class Ladder(Named):
    """One escalation ladder; its rungs are climbed in the order written."""

    rungs: tuple[LadderRung, ...]
    clause: ClauseCode | None = None
    is_open_setting: bool = False


class PauseReason(Named):
    """A reason for which clocks may wait, and for how long at most (sla.md 6)."""

    max_minutes: Annotated[int, Field(gt=0)]
    """Natural minutes; then the wait ends by itself."""
    clause: ClauseCode | None = None
    is_open_setting: bool = False


class Promised(Entry):
    """The part of a promise that is alike in every chapter: limit, warnings, ladder, waits, clause."""

    limit: Limit
    is_aim: bool = False
    """Warns, but never breaches."""
    is_recurring: bool = False
    """Each answer starts the next one (sla.md 13)."""
    warn_at: tuple[Percent, ...] = (50, 75, 90)
    """Shares of the budget."""
    ladder: LadderCode | None = None
    pauses: tuple[PauseCode, ...] = ()
    """Reasons that stop this clock."""
    answered_by: PostCode | None = None
    """The post that must have given the answer."""
    clause: ClauseCode
    is_open_setting: bool = False
    """The regulation leaves the number open; the company sets it."""

    @model_validator(mode="after")
    def _warns_upwards(self) -> Self:
        if list(self.warn_at) != sorted(set(self.warn_at)):
            raise ValueError("预警比例须从小到大且不重复")
        return self


class Target(Entry):
    """What an indicator must reach, in percent; exactly one bound."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("指标目标须且只能给出下限（at_least）或上限（at_most）之一")
        return self

    def is_met(self, numerator: int, denominator: int) -> bool | None:
        """Whether the share reaches the target; None where nothing was counted."""
        if denominator == 0:
            return None
        share = Decimal(100) * numerator / denominator
        return share >= self.at_least if self.at_least is not None else share <= (self.at_most or 0)


class Cycle(StrEnum):
    """How often a figure is reported."""

    LIVE = "live"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class IndicatorRule(Named):
    """One indicator: its formula, shown with the figure, its cycle and its target for each tier."""

    numerator: str
    denominator: str
    formula: str
    cycle: Cycle = Cycle.MONTHLY
    reported: Cycle | None = None
    """How often a live figure is also reported, with its anomalies."""
    figure: str | None = None
    """The services' figure behind it, such as `complaint.response.on_time`; none: a figure of another feature."""
    targets: dict[TierCode, Target] = Field(default_factory=dict)
    """By tier; a tier that is not named has no target."""
    clause: ClauseCode
    is_open_setting: bool = False


def covers(allowed: Sequence[str], fact: str | None) -> bool:
    """Whether a condition's list admits the fact; an empty list admits everything, an unknown fact nothing else."""
    return not allowed or fact in allowed
