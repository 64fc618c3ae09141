"""What a pack promises of one metric, already chosen for a subject: plain data without any framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from shared.contracts.base import Routing
from shared.sla.instants import MINUTE_US

NEVER_PAUSED = "response"
"""The metric that no pack can pause (sla.md 6)."""


class Unit(StrEnum):
    """The four units of sla.md 2."""

    NATURAL = "natural"
    BUSINESS = "business"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"

    @property
    def is_dated(self) -> bool:
        """Counts dates, not minutes."""
        return self in (Unit.WORKING_DAY, Unit.CALENDAR_DAY)

    @property
    def needs_calendar(self) -> bool:
        """Counts business time; the others count natural time."""
        return self in (Unit.BUSINESS, Unit.WORKING_DAY)


class Trigger(StrEnum):
    """What a rung of the ladder is counted from."""

    WARNING = "warning"
    """The last warning before the deadline."""
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the escalation ladder: whom to tell, and when (sla.md 12).

    `minutes` are of the clock's own time; `otherwise` is the post that is told when there is no such superior.
    """

    minutes: int
    after: Trigger = Trigger.BREACH
    post: str | None = None
    superior: int | None = None
    otherwise: str | None = None

    def __post_init__(self) -> None:
        """A rung always ends at somebody.  Raises: ValueError."""
        if (self.post is None) == (self.superior is None):
            raise ValueError("升级台阶须且只能指定岗位或上级层数之一")
        if self.superior is not None and self.otherwise is None:
            raise ValueError("指定上级的升级台阶须给出默认岗位")
        if self.minutes < 0:
            raise ValueError("升级台阶的时间不能为负")

    @property
    def last_post(self) -> str:
        """The post that is told, or told instead."""
        return self.post or self.otherwise or ""


class Step(NamedTuple):
    """What a promise says besides its deadline, in the form in which it is planned."""

    fact: str
    percent: int
    """Share of the budget; for a rung the share it is counted from, 100 being the breach."""
    offset: int
    """Microseconds after that."""
    level: str
    trigger: str | None = None
    post: str | None = None
    superior: int | None = None


@dataclass(frozen=True)
class Terms:
    """The part of a promise that has no column of its own; kept in the `policy` column."""

    warn_at: tuple[int, ...] = ()
    ladder: tuple[Rung, ...] = ()
    pauses: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def before(self) -> tuple[Step, ...]:
        """Warnings, and the rungs counted from the last of them."""
        steps = [Step("warned", percent, 0, str(percent)) for percent in sorted(self.warn_at)]
        last = max(self.warn_at, default=None)
        return tuple(steps) + (() if last is None else self._rungs(Trigger.WARNING, last))

    @cached_property
    def after(self) -> tuple[Step, ...]:
        """The rungs counted from the breach."""
        return self._rungs(Trigger.BREACH, 100)

    @cached_property
    def json(self) -> dict[str, Any]:
        """The value of the `policy` column."""
        rungs = [
            {
                "minutes": rung.minutes,
                "after": rung.after.value,
                "post": rung.post,
                "superior": rung.superior,
                "otherwise": rung.otherwise,
            }
            for rung in self.ladder
        ]
        return {"warn_at": list(self.warn_at), "ladder": rungs, "pauses": dict(self.pauses)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Terms":
        """The terms that the column holds."""
        ladder = tuple(Rung(**{**rung, "after": Trigger(rung["after"])}) for rung in value.get("ladder", ()))
        return cls(tuple(value.get("warn_at", ())), ladder, dict(value.get("pauses", {})))

    def _rungs(self, after: Trigger, percent: int) -> tuple[Step, ...]:
        return tuple(
            Step(
                "escalated", percent, rung.minutes * MINUTE_US, str(number), after.value, rung.last_post, rung.superior
            )
            for number, rung in enumerate(self.ladder, 1)
            if rung.after is after
        )


@dataclass(frozen=True)
class Promise:
    """One limit of the pack for one metric; `budget` is in minutes (natural, business) or days; None = no target.

    Make it once for each revision of the policy and keep it: what it derives is cached in it.
    `warn_at` are percent of the budget, `pauses` the longest wait in natural minutes by reason.
    """

    metric: str
    budget: int | None
    unit: Unit = Unit.NATURAL
    calendar: str = "natural"
    clause: str | None = None
    is_aim: bool = False
    warn_at: tuple[int, ...] = (50, 75, 90)
    ladder: tuple[Rung, ...] = ()
    pauses: Mapping[str, int] = field(default_factory=dict)
    is_consequence: bool = False

    def __post_init__(self) -> None:
        """Check the numbers.  Raises: ValueError."""
        least = 0 if self.unit is Unit.CALENDAR_DAY else 1
        if self.budget is not None and self.budget < least:
            raise ValueError("时限须为正数")
        if any(not 1 <= percent <= 100 for percent in self.warn_at):
            raise ValueError("预警比例须在 1 到 100 之间")

    @cached_property
    def terms(self) -> Terms:
        """Warnings, ladder and waits; a response clock never pauses, whatever the pack lists (sla.md 6)."""
        return Terms(self.warn_at, self.ladder, {} if self.metric == NEVER_PAUSED else self.pauses)


@dataclass(frozen=True, slots=True)
class PolicyStamp:
    """Which revision of which chapter set the deadline, and for which tier and grade."""

    pack: str
    chapter: str
    version: str
    tier: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clock is about; a reopened case has cycle 2.  `title` is a code: the category or kind of work."""

    type: str
    id: UUID
    company: str
    cycle: int = 1
    matter_id: UUID | None = None
    routing: Routing = field(default_factory=Routing)
    customer_id: UUID | None = None
    title: str | None = None
