"""What balances say: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.incentive.ledger.rules.accounts import LedgerSubject, Unit


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of an account or of many, in one unit."""

    debit: int = 0
    credit: int = 0
    reversed_debit: int = 0
    """Of `debit`, what took earlier lines back."""
    reversed_credit: int = 0
    concerning: int = 0
    """Net of the lines that are of the period, in whichever month they were posted."""
    lines: int = 0

    @property
    def net(self) -> int:
        """What the account gained by the lines posted in the period."""
        return self.credit - self.debit

    @property
    def awarded(self) -> int:
        """Given, without what took earlier lines back."""
        return self.credit - self.reversed_credit

    @property
    def deducted(self) -> int:
        """Charged, without what took earlier lines back."""
        return self.debit - self.reversed_debit

    @property
    def corrected(self) -> int:
        """Net of what took earlier lines back."""
        return self.reversed_credit - self.reversed_debit


@dataclass(frozen=True, slots=True)
class SubjectBalance:
    """A subject in a month or a year; `opening` by unit, as the pack gives it."""

    subject: LedgerSubject
    period: str
    figures: Mapping[Unit, Figures]
    opening: Mapping[Unit, int]

    def of(self, unit: Unit) -> Figures:
        """In one unit; zeros where nothing was posted."""
        return self.figures.get(unit, Figures())

    def standing(self, unit: Unit) -> int:
        """What the period began with and the lines that were posted in it."""
        return self.opening.get(unit, 0) + self.of(unit).net

    def standing_of_period(self, unit: Unit) -> int:
        """The same by the lines that are of the period: later corrections count where they belong."""
        return self.opening.get(unit, 0) + self.of(unit).concerning


@dataclass(frozen=True, slots=True)
class SumLine:
    """One group of a sum or of the trial balance."""

    group: str
    """Department, team or kind of account; empty = none."""
    kind: str
    unit: Unit
    figures: Figures


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """What payroll is told of one employee, in fen."""

    staff_id: str
    login: str
    name: str
    department: str | None
    team: str | None
    awarded: int
    deducted: int
    corrected: int

    @property
    def net(self) -> int:
        """To be paid (negative: to be kept)."""
        return self.awarded - self.deducted + self.corrected
