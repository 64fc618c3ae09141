"""Accounts, units and sides: pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class Unit(StrEnum):
    """What is counted; points of a month and of a year are never added up."""

    FEN = "fen"
    POINTS = "points"
    """Of the month's assessment."""
    YEAR_POINTS = "year_points"
    """Of the year's."""


class Side(StrEnum):
    """A line speaks for its account (credit) or against it (debit)."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountKind(StrEnum):
    """Whose account it is; the last three are the company's counter-accounts."""

    EMPLOYEE = "employee"
    DEPARTMENT = "department"
    TEAM = "team"
    CUSTOMER = "customer"
    REWARDS_PAID = "rewards_paid"
    PENALTIES_KEPT = "penalties_kept"
    POINTS_POOL = "points_pool"


COUNTER_KINDS = (AccountKind.REWARDS_PAID, AccountKind.PENALTIES_KEPT, AccountKind.POINTS_POOL)
UNITS_OF = {
    AccountKind.EMPLOYEE: (Unit.FEN, Unit.POINTS, Unit.YEAR_POINTS),
    AccountKind.DEPARTMENT: (Unit.POINTS, Unit.YEAR_POINTS),
    AccountKind.TEAM: (Unit.POINTS, Unit.YEAR_POINTS),
    AccountKind.CUSTOMER: (Unit.FEN,),
}
"""What each kind of subject may be given or charged with."""


@dataclass(frozen=True, slots=True)
class LedgerSubject:
    """Whose account: an id as text for people, a code for departments and teams."""

    kind: AccountKind
    key: str

    @classmethod
    def employee(cls, staff_id: UUID) -> Self:
        """A member of staff."""
        return cls(AccountKind.EMPLOYEE, str(staff_id))

    @classmethod
    def department(cls, code: str) -> Self:
        """A department of the pack."""
        return cls(AccountKind.DEPARTMENT, code)

    @classmethod
    def team(cls, code: str) -> Self:
        """A team of the pack."""
        return cls(AccountKind.TEAM, code)

    @classmethod
    def customer(cls, customer_id: UUID) -> Self:
        """A customer who is given a credit."""
        return cls(AccountKind.CUSTOMER, str(customer_id))


def counter_of(unit: Unit, amount: int) -> LedgerSubject:
    """The company's account at the other end of a movement."""
    if unit is not Unit.FEN:
        kind = AccountKind.POINTS_POOL
    elif amount > 0:
        kind = AccountKind.REWARDS_PAID
    else:
        kind = AccountKind.PENALTIES_KEPT
    return LedgerSubject(kind, "company")
