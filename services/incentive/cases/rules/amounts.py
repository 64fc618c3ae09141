"""Money and points of a proposal: what is suggested, and the clause's ranges within which a person confirms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from services.incentive.cases.errors import (
    AmountOutsideRangeError,
    CustomerRewardError,
    LossOutsideClauseError,
    NotLowerError,
)
from services.incentive.policy_catalogue import AmountRange, IncentiveClause, PointsRange, Subject


@dataclass(frozen=True, slots=True)
class Amounts:
    """Fen and points; None = none of it."""

    amount_fen: int | None = None
    head_amount_fen: int | None = None
    points: int | None = None
    department_points: int | None = None
    gift: str | None = None
    """What a customer is given, in the words of the clause."""

    @property
    def json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Amounts":
        """From the stored form."""
        return cls(**stored)


def suggest(clause: IncentiveClause, points: int | None, *, carries_department_points: bool = True) -> Amounts:
    """The clause's least, or what the fact says within the clause's range; a customer is offered the first gift."""
    if clause.subject is Subject.CUSTOMER:
        gift = clause.gifts[0] if clause.gifts else None
        return Amounts(gift=gift) if gift else Amounts(amount_fen=_least(clause.amount))
    own = _within(clause.points, points)
    of_department = _within(clause.department_points, None if clause.points else points)
    return Amounts(
        amount_fen=_least(clause.amount),
        head_amount_fen=_least(clause.head_amount),
        points=own,
        department_points=of_department if carries_department_points else None,
    )


def settle(clause: IncentiveClause, given: Amounts, suggested: Amounts) -> Amounts:
    """What is confirmed: what was given within the clause's ranges, else what was suggested.

    Raises: AmountOutsideRangeError, CustomerRewardError.
    """
    if clause.subject is Subject.CUSTOMER:
        return _for_customer(clause, given, suggested)
    if given.gift is not None:
        raise AmountOutsideRangeError.at_pointer("/gift")
    ranges = {
        "amount_fen": _fen(clause.amount),
        "head_amount_fen": _fen(clause.head_amount),
        "points": _points(clause.points),
        "department_points": _points(clause.department_points),
    }
    chosen: dict[str, int | None] = {}
    for name, bounds in ranges.items():
        value: int | None = getattr(given, name)
        if value is None:
            value = getattr(suggested, name)
        elif bounds is None or not bounds[0] <= value <= bounds[1]:
            raise AmountOutsideRangeError.at_pointer(f"/{name}", _said(bounds))
        chosen[name] = value
    return Amounts(chosen["amount_fen"], chosen["head_amount_fen"], chosen["points"], chosen["department_points"])


def check_loss(clause: IncentiveClause, loss_fen: int | None) -> None:
    """A clause for losses needs one of its range, another has none.  Raises: LossOutsideClauseError."""
    if clause.loss is None:
        if loss_fen is not None:
            raise LossOutsideClauseError.at_pointer("/loss_fen")
        return
    below = clause.loss.below_fen
    if loss_fen is None or loss_fen < clause.loss.from_fen or (below is not None and loss_fen >= below):
        raise LossOutsideClauseError.at_pointer("/loss_fen")


def _for_customer(clause: IncentiveClause, given: Amounts, suggested: Amounts) -> Amounts:
    if any(one is not None for one in (given.head_amount_fen, given.points, given.department_points)):
        raise CustomerRewardError.at_pointer("/points")
    if given.gift is None and given.amount_fen is None:
        given = suggested
    if (given.gift is None) == (given.amount_fen is None):
        raise CustomerRewardError.at_pointer("/gift")
    if given.gift is not None and given.gift not in clause.gifts:
        raise CustomerRewardError.at_pointer("/gift")
    bounds = _fen(clause.amount)
    if given.amount_fen is not None and (
        bounds is None or given.amount_fen <= 0 or not bounds[0] <= given.amount_fen <= bounds[1]
    ):
        raise AmountOutsideRangeError.at_pointer("/amount_fen", _said(bounds))
    return Amounts(amount_fen=given.amount_fen, gift=given.gift)


def _least(amount: AmountRange | None) -> int | None:
    return None if amount is None else amount.least_fen


def _fen(amount: AmountRange | None) -> tuple[int, int] | None:
    return None if amount is None else (amount.least_fen, amount.most_fen)


def _points(points: PointsRange | None) -> tuple[int, int] | None:
    return None if points is None else (points.least, points.most)


def _within(bounds: PointsRange | None, points: int | None) -> int | None:
    if bounds is None:
        return None
    return bounds.least if points is None else min(max(points, bounds.least), bounds.most)


def _said(bounds: tuple[int, int] | None) -> str:
    if bounds is None:
        return "该条款未规定此项，不得填写。"
    return f"须在条款规定的 {bounds[0]} 至 {bounds[1]} 之间。"


def lower(clause: IncentiveClause, given: Amounts, before: Amounts) -> Amounts:
    """What a statement or an appeal makes of it: within the clause's ranges, nowhere more and somewhere less.

    Raises: AmountOutsideRangeError, CustomerRewardError, NotLowerError.
    """
    after = settle(clause, given, before)
    names = ("amount_fen", "head_amount_fen", "points", "department_points")
    more = [name for name in names if (getattr(after, name) or 0) > (getattr(before, name) or 0)]
    if more or after == before:
        raise NotLowerError.at_pointer(f"/{(more or names)[0]}")
    return after
