"""Tier rules, their review and what a tier is served as: pack data of the customer chapter (domain.md 2.1, 3, 5)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Named,
    PostCode,
    Refers,
    TierCode,
)

FactCode = Annotated[Code, Refers("fact")]
MemberKindCode = Annotated[Code, Refers("member_kind")]
ConcernCode = Annotated[Code, Refers("concern")]

CONDITION_DEPTH = 6


class FactType(StrEnum):
    """What a fact's value is."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    TAGS = "tags"


class FactSource(StrEnum):
    """Where a fact is read: a column of the registry, a key of `facts`, or computed."""

    COLUMN = "column"
    FACTS = "facts"
    SALES_SHARE = "sales_share"
    """The customer's share of the company's annual sales, in percent."""


REGISTRY_COLUMNS: Mapping[str, FactType] = MappingProxyType(
    {
        "kind": FactType.TEXT,
        "customer_class": FactType.TEXT,
        "party": FactType.TEXT,
        "standing": FactType.TEXT,
        "district": FactType.TEXT,
        "capacity_m3_day": FactType.NUMBER,
        "daily_volume_m3": FactType.NUMBER,
        "member_count": FactType.NUMBER,
        "tags": FactType.TAGS,
    }
)
"""The columns of the registry that a fact may read."""


class Fact(Named):
    """A fact that rules may read or that is recorded with a proposal."""

    type: FactType
    source: FactSource
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    """Column name or key in `facts`."""
    unit: str | None = None
    is_recorded: bool = False
    """Stored with every proposal, also where no rule reads it."""

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        if self.source is FactSource.COLUMN and REGISTRY_COLUMNS.get(self.key) is not self.type:
            raise ValueError("客户登记表没有这一列，或类型不符")
        if self.source is FactSource.FACTS and self.type is FactType.TAGS:
            raise ValueError("事实（facts）中没有标签类型")
        if self.source is FactSource.SALES_SHARE and self.type is not FactType.NUMBER:
            raise ValueError("销售占比是数值")
        return self


class Condition(Entry):
    """A declarative condition: exactly one of a group (`all`, `any`, `none`) or a test of one fact.

    `all: []` always holds.  A test of an unknown fact does not hold, except `is_unknown`.
    """

    all: tuple["Condition", ...] | None = None
    any: tuple["Condition", ...] | None = None
    none: tuple["Condition", ...] | None = None
    fact: FactCode | None = None
    at_least: Decimal | None = None
    less_than: Decimal | None = None
    one_of: tuple[str, ...] | None = None
    """For text: equals one of them; for tags: carries one of these codes of the common chapter."""
    is_true: bool | None = None
    is_unknown: bool | None = None
    is_open_setting: bool = False
    """The regulation leaves the number open; the company sets it."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        groups = [group for group in (self.all, self.any, self.none) if group is not None]
        tests = (self.at_least, self.less_than, self.one_of, self.is_true, self.is_unknown)
        has_test = any(test is not None for test in tests)
        if len(groups) + (self.fact is not None) != 1:
            raise ValueError("条件须且只能是 all、any、none 之一或对一个事实（fact）的判断")
        if (self.fact is not None) != has_test:
            raise ValueError("对事实的判断须给出比较方式，组合条件不得带比较方式")
        if self.depth > CONDITION_DEPTH:
            raise ValueError(f"条件嵌套不得超过 {CONDITION_DEPTH} 层")
        return self

    @property
    def depth(self) -> int:
        """How deep the groups are nested."""
        inner = [*(self.all or ()), *(self.any or ()), *(self.none or ())]
        return 1 + max((condition.depth for condition in inner), default=0)

    def tests(self) -> Iterator["Condition"]:
        """The tests of single facts within the condition, in the order written."""
        return (test for _, test in self.placed_tests(""))

    def placed_tests(self, path: str) -> Iterator[tuple[str, "Condition"]]:
        """The same, each with its path; the condition itself stands at `path`."""
        if self.fact is not None:
            yield path, self
        for word, group in (("all", self.all), ("any", self.any), ("none", self.none)):
            for place, condition in enumerate(group or ()):
                yield from condition.placed_tests(f"{path}/{word}/{place}")

    def suits(self, fact: Fact) -> bool:
        """Whether the way of comparing suits the type of the fact that is tested."""
        if self.at_least is not None or self.less_than is not None:
            return fact.type is FactType.NUMBER and self.one_of is None and self.is_true is None
        if self.one_of is not None:
            return fact.type in {FactType.TEXT, FactType.TAGS} and self.is_true is None
        return self.is_true is None or fact.type is FactType.FLAG


class TierRule(Named):
    """A rule that proposes a tier; within a tier the lowest position is the reason given."""

    tier: TierCode
    position: int = 0
    when: Condition
    reason: str
    """What is told as the reason, in Chinese."""
    needs_person: bool = False
    """The proposal is shown as one that a person must judge: the numbers alone do not decide."""
    proposed_by: tuple[DepartmentCode, ...] = ()
    """Departments that collect and classify these customers."""
    is_upgrade: bool = False
    """Raises within the regulation: one condition is enough, each is decided on its own, never with a run."""
    clause: ClauseCode
    is_open_setting: bool = False


class TierReview(Entry):
    """Who reviews new and changed tiers."""

    confirmed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Posts; any one of them confirms, never the one who started the run."""
    standard_set_by: DepartmentCode
    ledger_kept_by: DepartmentCode
    flagged_by: DepartmentCode
    checked_by: PostCode
    check_cycle: str
    result_use: str
    clause: ClauseCode
    is_open_setting: bool = False


class PriorityLevel(StrEnum):
    """How a tier is put first."""

    ALWAYS = "always"
    EQUAL_CIRCUMSTANCES = "equal_circumstances"
    NONE = "none"


class Strategy(Entry):
    """How a tier is served: strategy, by whom, to what aim, by which channels, with what beyond the basic."""

    strategy: str
    aim: str
    served_by: tuple[PostCode, ...]
    channels: dict[Code, str]
    basic: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    priority: PriorityLevel = PriorityLevel.NONE
    is_emergency_crew_drawn_on: bool = False
    """When crews are full, the emergency crew serves this tier."""
    has_priority_appointment: bool = False
    is_tracked_all_the_way: bool = False
    has_individual_plan: bool = False
    """A customer may have a plan of his own that overrides the tier's terms, never below them."""
    is_repeat_entry_avoided: bool = False
    has_one_person_in_charge: bool = False
    clause: ClauseCode
    is_open_setting: bool = False


class NamedContacts(Entry):
    """Posts whose holders are assigned by name to a customer, besides the hotline (一对多)."""

    tiers: tuple[TierCode, ...]
    parties: tuple[Code, ...] = ()
    posts: tuple[PostCode, ...]
    has_account_manager: bool = False
    is_shown_to_server: bool = True
    """Shown to whoever serves the customer."""
    clause: ClauseCode
