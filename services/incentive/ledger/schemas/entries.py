"""Answers of lines and balances."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime

from services.incentive.ledger.models import LedgerEntryRow
from services.incentive.ledger.rules.accounts import AccountKind, Side, Unit
from services.incentive.ledger.rules.figures import Figures, SubjectBalance, SumLine
from shared.http.base_model import ApiModel
from shared.http.page import Page


class LedgerEntry(ApiModel):
    """One line of double entry."""

    id: UUID
    company: str
    sequence: int
    """Counts the company's lines without gaps."""
    posting_id: UUID
    """All lines of a posting balance in each unit."""
    kind: AccountKind
    subject: str
    """Staff or customer id, code of a department or team, `company` for the counter-accounts."""
    unit: Unit
    side: Side
    """credit speaks for the account, debit against it."""
    amount: int
    """Fen or points."""
    department: str | None
    team: str | None
    case_id: UUID
    matter_id: UUID
    provision: str
    month: str
    of_month: str
    """The month that the line is of; earlier than `month` where that one was closed."""
    year: str
    reverses_id: UUID | None
    """The line that this one takes back."""
    posted_at: AwareDatetime
    posted_by: UUID | None


class LedgerEntryPage(Page[LedgerEntry]):
    """One page of lines, newest first."""


class LedgerFigures(ApiModel):
    """Sums in one unit."""

    unit: Unit
    opening: int | None
    """What the period began with, where the unit has one."""
    debit: int
    credit: int
    awarded: int
    """Credit without what took earlier lines back."""
    deducted: int
    corrected: int
    """Net of what took earlier lines back."""
    net: int
    concerning: int
    """Net of the lines that are of this period, in whichever month they were posted."""
    lines: int

    @classmethod
    def of(cls, unit: Unit, figures: Figures, opening: int | None = None) -> Self:
        """From the balance rows."""
        return cls(
            unit=unit,
            opening=opening,
            debit=figures.debit,
            credit=figures.credit,
            awarded=figures.awarded,
            deducted=figures.deducted,
            corrected=figures.corrected,
            net=figures.net,
            concerning=figures.concerning,
            lines=figures.lines,
        )


class LedgerStatement(ApiModel):
    """A subject in a month or a year."""

    kind: AccountKind
    subject: str
    period: str
    figures: list[LedgerFigures]
    points: int | None
    """Points of the month, what it began with included; null for a year."""
    year_points: int | None
    """Points of the year, what it began with included; null for a month."""

    @classmethod
    def of(cls, balance: SubjectBalance) -> Self:
        """All units, zeros included."""
        is_year, opening = len(balance.period) == 4, balance.opening
        return cls(
            kind=balance.subject.kind,
            subject=balance.subject.key,
            period=balance.period,
            figures=[LedgerFigures.of(unit, balance.of(unit), opening.get(unit)) for unit in Unit],
            points=None if is_year or Unit.POINTS not in opening else balance.standing(Unit.POINTS),
            year_points=balance.standing(Unit.YEAR_POINTS) if is_year and Unit.YEAR_POINTS in opening else None,
        )


class LedgerSum(ApiModel):
    """What accounts of one kind add up to in a group."""

    group: str
    """Department or team; empty = none, or the company as a whole."""
    kind: AccountKind
    figures: LedgerFigures

    @classmethod
    def of(cls, line: SumLine) -> Self:
        """From a sum."""
        return cls(group=line.group, kind=AccountKind(line.kind), figures=LedgerFigures.of(line.unit, line.figures))


class LedgerSums(ApiModel):
    """Sums of a month or a year."""

    period: str
    items: list[LedgerSum]

    @classmethod
    def made(cls, period: str, lines: Sequence[SumLine]) -> Self:
        """In the order of group, kind and unit."""
        return cls(period=period, items=[LedgerSum.of(line) for line in lines])


class TrialBalance(LedgerSums):
    """All accounts by kind; each difference is zero, or the ledger is damaged."""

    differences: dict[Unit, int]
    is_balanced: bool

    @classmethod
    def tried(cls, period: str, lines: Sequence[SumLine]) -> Self:
        """With what remains per unit."""
        left = {unit: sum(line.figures.net for line in lines if line.unit is unit) for unit in Unit}
        return cls(
            period=period,
            items=[LedgerSum.of(line) for line in lines],
            differences=left,
            is_balanced=not any(left.values()),
        )


def own_row(row: LedgerEntryRow) -> LedgerEntry:
    """A line as it crosses the door."""
    return LedgerEntry.model_validate(row)
