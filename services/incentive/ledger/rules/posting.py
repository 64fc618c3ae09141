"""A posting before it is written: movements, and the balanced lines that they make: pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.incentive.ledger.errors import PostingUnsoundError
from services.incentive.ledger.rules.accounts import UNITS_OF, AccountKind, LedgerSubject, Side, Unit, counter_of
from services.incentive.ledger.rules.months import MONTH_PATTERN


@dataclass(frozen=True, slots=True)
class Movement:
    """What one subject is given (positive) or charged with (negative), and where the subject belonged then."""

    subject: LedgerSubject
    unit: Unit
    amount: int
    """Fen or points, never 0."""
    department: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """What a case did, once for each cause; every movement is booked against an account of the company."""

    case_id: UUID
    cause: str
    """Why, such as `effect`: the same case and cause is posted once."""
    matter_id: UUID
    provision: str
    month: str
    """The month that it is of; a closed one is posted into the first that is open."""
    movements: tuple[Movement, ...]
    posted_by: UUID | None = None
    """None = by the house itself."""


@dataclass(frozen=True, slots=True)
class HalfWayCase:
    """A case of the month that is neither settled nor dropped, so that the month is not closed over it."""

    case_id: UUID
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of double entry."""

    subject: LedgerSubject
    unit: Unit
    side: Side
    amount: int
    """Always positive."""
    department: str | None
    team: str | None
    reverses: UUID | None = None

    @property
    def signed(self) -> int:
        """What the account gains."""
        return self.amount if self.side is Side.CREDIT else -self.amount

    def opposite(self, reverses: UUID) -> "Line":
        """The line that takes this one back."""
        side = Side.DEBIT if self.side is Side.CREDIT else Side.CREDIT
        return Line(self.subject, self.unit, side, self.amount, self.department, self.team, reverses)


def lines_of(posting: Posting) -> list[Line]:
    """Two lines for each movement.  Raises: PostingUnsoundError."""
    _check(posting)
    lines: list[Line] = []
    for one in posting.movements:
        own, other = (Side.CREDIT, Side.DEBIT) if one.amount > 0 else (Side.DEBIT, Side.CREDIT)
        amount = abs(one.amount)
        lines.append(Line(one.subject, one.unit, own, amount, one.department, one.team))
        lines.append(Line(counter_of(one.unit, one.amount), one.unit, other, amount, None, None))
    return lines


def sums(lines: Sequence[Line]) -> dict[Unit, int]:
    """What remains per unit: zero each, or the posting is not balanced."""
    left: dict[Unit, int] = {}
    for line in lines:
        left[line.unit] = left.get(line.unit, 0) + line.signed
    return left


def _check(posting: Posting) -> None:
    if not re.match(MONTH_PATTERN, posting.month):
        raise PostingUnsoundError.at_pointer("/month", "入帐月份须为 2026-11 这样的公历月份。")
    if not posting.movements:
        raise PostingUnsoundError.at_pointer("/movements", "入帐须至少有一笔变动。")
    for place, one in enumerate(posting.movements):
        if one.amount == 0:
            raise PostingUnsoundError.at_pointer(f"/movements/{place}/amount", "变动数不得为零。")
        if one.unit not in UNITS_OF.get(one.subject.kind, ()):
            raise PostingUnsoundError.at_pointer(f"/movements/{place}/unit", "该类对象不设此种帐户。")
        if one.subject.kind is AccountKind.CUSTOMER and one.amount < 0:
            raise PostingUnsoundError.at_pointer(f"/movements/{place}/amount", "客户只记赠送，不记扣减。")
