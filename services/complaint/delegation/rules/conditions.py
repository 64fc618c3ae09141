"""Whether the conditions of an item hold: pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from services.complaint.delegation.errors import FactUnknownError
from services.complaint.policy_delegation import Authority, AuthorityCondition, ConditionProof


@dataclass(frozen=True, slots=True)
class Fact:
    """What is shown for one condition; exactly one part."""

    is_declared: bool | None = None
    number: int | None = None
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the customer."""

    tier: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Failure:
    """One condition that does not hold, in words."""

    condition: str
    text: str
    reason: str

    @property
    def pointer(self) -> str:
        """Where the fact stands in the form; the tier is the customer's."""
        return f"/facts/{self.condition}"

    @property
    def message(self) -> str:
        """Chinese: the pack's condition and why it does not hold; never the value."""
        return f"条件不成立：{self.text}（{self.reason}）"


def check_form(authority: Authority, facts: Mapping[str, Fact]) -> None:
    """Every fact belongs to a condition that is shown in this way.  Raises: FactUnknownError."""
    for code, fact in facts.items():
        condition = authority.conditions.get(code)
        if condition is None or not _fits(condition.proof, fact):
            raise FactUnknownError.at_pointer(f"/facts/{code}")


def _fits(proof: ConditionProof, fact: Fact) -> bool:
    is_file = bool(fact.file_ids)
    shown = (fact.is_declared is not None, fact.number is not None, is_file)
    match proof:
        case ConditionProof.DECLARED:
            return shown == (True, False, False)
        case ConditionProof.NUMBER:
            return shown == (False, True, False)
        case ConditionProof.DOCUMENT:
            return shown == (False, False, True)
        case ConditionProof.CONFIRMED | ConditionProof.TIER:
            return False
        case _ as never:
            assert_never(never)


def failures(
    authority: Authority, facts: Mapping[str, Fact], standing: Standing, owned: Set[UUID]
) -> tuple[Failure, ...]:
    """The conditions that do not hold, in the pack's order; what others confirm is awaited, not judged.

    `owned` are the files that the person uploaded.
    """
    found = []
    for code, condition in authority.conditions.items():
        reason = _failing(condition, facts.get(code, Fact()), standing, owned)
        if reason is not None:
            found.append(Failure(code, condition.text, reason))
    return tuple(found)


def is_open_to(authority: Authority, standing: Standing) -> bool:
    """Whether the customer's tier and tags leave the item open; what else it asks is judged when it is used."""
    tiers = (one for one in authority.conditions.values() if one.proof is ConditionProof.TIER)
    return all(_failing(one, Fact(), standing, frozenset()) is None for one in tiers)


def _failing(condition: AuthorityCondition, fact: Fact, standing: Standing, owned: Set[UUID]) -> str | None:
    match condition.proof:
        case ConditionProof.DOCUMENT:
            if not fact.file_ids:
                return "未出示证明文件"
            return None if owned >= set(fact.file_ids) else "证明文件不是由本人上传"
        case ConditionProof.DECLARED:
            return None if fact.is_declared else "未声明属实"
        case ConditionProof.TIER:
            holds = standing.tier in condition.tiers or not standing.tags.isdisjoint(condition.tags)
            return None if holds else "客户级别与标签均不符合"
        case ConditionProof.NUMBER:
            return _outside(condition, fact.number)
        case ConditionProof.CONFIRMED:
            return None
        case _ as never:
            assert_never(never)


def _outside(condition: AuthorityCondition, number: int | None) -> str | None:
    unit = condition.unit or ""
    if number is None:
        return "未填写数字"
    if condition.at_least is not None and number < condition.at_least:
        return f"应不少于 {condition.at_least} {unit}".rstrip()
    if condition.at_most is not None and not 0 <= number <= condition.at_most:
        return f"应不超过 {condition.at_most} {unit}".rstrip()
    return None
