"""The ledger's tables."""

from services.incentive.ledger.models.entries import LedgerAccountRow, LedgerEntryRow, LedgerPostingRow
from services.incentive.ledger.models.standing import LedgerBalanceRow, LedgerHeadRow, LedgerMonthRow

__all__ = [
    "LedgerAccountRow",
    "LedgerBalanceRow",
    "LedgerEntryRow",
    "LedgerHeadRow",
    "LedgerMonthRow",
    "LedgerPostingRow",
]
