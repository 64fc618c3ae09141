"""Amounts in fen, totals and what a settlement lacks: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Sort(StrEnum):
    """What a charge is."""

    MATERIAL = "material"
    FEE = "fee"
    WAIVER = "waiver"


class DocumentSort(StrEnum):
    """What a paper is."""

    ORDER_SHEET = "order_sheet"
    INVOICE = "invoice"
    READING_SHEET = "reading_sheet"


class SettlementState(StrEnum):
    """Whether something is still owed or open."""

    OPEN = "open"
    SETTLED = "settled"


class Missing(StrEnum):
    """What keeps an order from being settled."""

    COMPLETION = "completion"
    CHARGES = "charges"
    """Nothing was entered: neither materials nor fees, readings nor sales."""
    DOCUMENT = "document"
    PAYMENT = "payment"
    OVERPAID = "overpaid"
    PRICE = "price"
    """The price list says no price of the gas."""
    EXCEPTION = "exception"
    """A difference nobody has confirmed yet."""
    MISMATCH = "mismatch"
    """The three sides do not agree."""


def cost(quantity: Decimal, unit_price_fen: int) -> int:
    """Quantity by price, in whole fen, half up."""
    return int((quantity * unit_price_fen).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Totals:
    """The money of an order, in fen."""

    charged_fen: int
    waived_fen: int
    paid_fen: int

    @property
    def due_fen(self) -> int:
        """What is owed in all."""
        return self.charged_fen - self.waived_fen

    @property
    def outstanding_fen(self) -> int:
        """What is still to be paid; negative = paid too much."""
        return self.due_fen - self.paid_fen


def totals(charges: Iterable[tuple[str, int]], payments: Iterable[int], *, usage_fen: int = 0) -> Totals:
    """Sums of signed lines; `charges` are (sort, amount)."""
    lines = list(charges)
    charged = sum(amount for sort, amount in lines if sort != Sort.WAIVER)
    waived = -sum(amount for sort, amount in lines if sort == Sort.WAIVER)
    return Totals(charged + usage_fen, waived, sum(payments))
