"""Amounts: how much an item costs, which limits it goes beyond, and whether it was split: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.complaint.delegation.errors import AmountError
from services.complaint.delegation.rules.conditions import Fact
from services.complaint.policy_delegation import Authority, AuthorityLimits, Splitting


class LimitScope(StrEnum):
    """What a limit counts."""

    CASE = "case"
    SPLITTING = "splitting"
    CUSTOMER_MONTH = "customer_month"
    PERSON_MONTH = "person_month"


NAMES: Mapping[LimitScope, str] = {
    LimitScope.CASE: "每次",
    LimitScope.SPLITTING: "同一事项合并计算（拆分）",
    LimitScope.CUSTOMER_MONTH: "每客户每月",
    LimitScope.PERSON_MONTH: "每人每月",
}
"""As people read them."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used so far, not counting what was rejected or withdrawn."""

    window_fen: int = 0
    """The same item for the same customer or matter within the window."""
    window_ids: tuple[UUID, ...] = ()
    customer_month_fen: int = 0
    person_month_fen: int = 0


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit with what counts towards it."""

    scope: LimitScope
    limit_fen: int
    used_fen: int
    with_this_fen: int

    @property
    def is_exceeded(self) -> bool:
        """Whether this use goes beyond it."""
        return self.with_this_fen > self.limit_fen


@dataclass(frozen=True, slots=True)
class Money:
    """The amount under the item's limits."""

    amount_fen: int
    lines: tuple[LimitLine, ...] = ()
    split_with: tuple[UUID, ...] = ()
    is_refused: bool = False
    """Beyond, and the pack lets it go up to nobody."""

    @property
    def exceeded(self) -> tuple[LimitScope, ...]:
        """The limits that this use goes beyond."""
        return tuple(line.scope for line in self.lines if line.is_exceeded)

    @property
    def is_split(self) -> bool:
        """Whether small uses were put together to pass below the limit of one."""
        return LimitScope.SPLITTING in self.exceeded

    @property
    def message(self) -> str:
        """Chinese: which limits."""
        named = "、".join(
            f"{NAMES[line.scope]} {line.limit_fen / 100:.2f} 元" for line in self.lines if line.is_exceeded
        )
        return f"超出授权金额上限：{named}" if named else ""


def amount_of(
    authority: Authority, facts: Mapping[str, Fact], *, quantity: int | None, amount_fen: int | None
) -> int | None:
    """What the use costs; None where the item is without money.  Raises: AmountError."""
    money = authority.money
    if money is None:
        if quantity is not None or amount_fen is not None:
            raise AmountError.at_pointer("/amount_fen" if amount_fen is not None else "/quantity")
        return None
    if money.amount_fen is None:
        if quantity is not None:
            raise AmountError.at_pointer("/quantity")
        if amount_fen is None:
            raise AmountError.at_pointer("/amount_fen")
        return amount_fen
    if amount_fen is not None:
        raise AmountError.at_pointer("/amount_fen")
    count = 1 if quantity is None else quantity
    within = facts.get(money.quantity_within or "", Fact()).number
    if within is not None and count > within:
        raise AmountError.at_pointer("/quantity")
    return money.amount_fen * count


def weigh(limits: AuthorityLimits, amount_fen: int, usage: Usage) -> Money:
    """The amount against every limit of the item."""
    lines = []
    if limits.per_case_fen is not None:
        lines.append(LimitLine(LimitScope.CASE, limits.per_case_fen, 0, amount_fen))
        if usage.window_ids and amount_fen <= limits.per_case_fen:
            lines.append(_line(LimitScope.SPLITTING, limits.per_case_fen, usage.window_fen, amount_fen))
    if limits.per_customer_month_fen is not None:
        lines.append(
            _line(LimitScope.CUSTOMER_MONTH, limits.per_customer_month_fen, usage.customer_month_fen, amount_fen)
        )
    if limits.per_person_month_fen is not None:
        lines.append(_line(LimitScope.PERSON_MONTH, limits.per_person_month_fen, usage.person_month_fen, amount_fen))
    found = Money(amount_fen, tuple(lines))
    is_refused = bool(found.exceeded) and (
        not limits.beyond or (found.is_split and limits.splitting is Splitting.REFUSE)
    )
    return Money(amount_fen, tuple(lines), usage.window_ids if found.is_split else (), is_refused)


def _line(scope: LimitScope, limit_fen: int, used_fen: int, amount_fen: int) -> LimitLine:
    return LimitLine(scope, limit_fen, used_fen, used_fen + amount_fen)
