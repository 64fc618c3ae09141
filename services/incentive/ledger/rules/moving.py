"""What lines add to balances: pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.incentive.ledger.rules.accounts import LedgerSubject, Side, Unit
from services.incentive.ledger.rules.figures import Figures
from services.incentive.ledger.rules.posting import Line


@dataclass(frozen=True, slots=True)
class BalanceKey:
    """An account in one period, where its holder then belonged; empty = nowhere."""

    subject: LedgerSubject
    unit: Unit
    period: str
    department: str
    team: str


def moves(lines: Sequence[Line], *, month: str, of_month: str) -> dict[BalanceKey, Figures]:
    """To the balances of the month and year of posting, and of the month and year that the lines are of."""
    moved: dict[BalanceKey, Figures] = {}
    for line in lines:
        for period in (month, month[:4]):
            key = _key(line, period)
            moved[key] = _posted(moved.get(key, Figures()), line)
        for period in (of_month, of_month[:4]):
            key = _key(line, period)
            before = moved.get(key, Figures())
            moved[key] = replace(before, concerning=before.concerning + line.signed)
    return moved


def _key(line: Line, period: str) -> BalanceKey:
    return BalanceKey(line.subject, line.unit, period, line.department or "", line.team or "")


def _posted(before: Figures, line: Line) -> Figures:
    debit = line.amount if line.side is Side.DEBIT else 0
    credit = line.amount - debit
    is_back = line.reverses is not None
    return replace(
        before,
        debit=before.debit + debit,
        credit=before.credit + credit,
        reversed_debit=before.reversed_debit + debit * is_back,
        reversed_credit=before.reversed_credit + credit * is_back,
        lines=before.lines + 1,
    )
