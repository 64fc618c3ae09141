"""The ledger's rules: pure."""

from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Side, Unit
from services.incentive.ledger.rules.months import LedgerState, month_of
from services.incentive.ledger.rules.posting import HalfWayCase, Movement, Posting

__all__ = [
    "AccountKind",
    "HalfWayCase",
    "LedgerState",
    "LedgerSubject",
    "Movement",
    "Posting",
    "Side",
    "Unit",
    "month_of",
]
