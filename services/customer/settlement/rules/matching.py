"""Whether document, money and system report agree, and which of them differs (三方一致): pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

GAS = "gas"
"""The quantity of gas among the quantities of a paper."""


class Side(StrEnum):
    """Where a figure comes from."""

    DOCUMENT = "document"
    MONEY = "money"
    SYSTEM = "system"


class ExceptionState(StrEnum):
    """Where a difference stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the three sides; null = the side says nothing yet."""

    document_fen: int | None
    money_fen: int | None
    system_fen: int | None
    document: Mapping[str, Decimal] | None = None
    """Quantities written on paper, by material; of gas under `gas`; null where no sheet stands."""
    system: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def by_side(self) -> dict[Side, int | None]:
        """Amounts by side."""
        return {Side.DOCUMENT: self.document_fen, Side.MONEY: self.money_fen, Side.SYSTEM: self.system_fen}

    @property
    def are_given(self) -> bool:
        """Each side says something."""
        return None not in self.by_side.values()

    @property
    def are_begun(self) -> bool:
        """Paper or money says something."""
        return self.document_fen is not None or self.money_fen is not None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity on which paper and system differ."""

    code: str
    document: Decimal
    system: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, and by how much."""

    differs: tuple[Side, ...]
    fen: int
    quantities: tuple[Quantity, ...]


def compare(figures: Figures, *, tolerance_fen: int = 0, tolerance_quantity: Decimal = Decimal(0)) -> Difference | None:
    """What differs, or null.

    Where two sides agree, the third differs; where none agree, all do. A side that says nothing differs unless all
    that is said is zero. Quantities are on paper and in the system only: both differ.
    """
    amounts = figures.by_side
    known = {side: fen for side, fen in amounts.items() if fen is not None}
    odd: set[Side] = set()
    if any(known.values()) or figures.system_fen is None:
        odd = set(amounts) - set(known)
        if max(known.values(), default=0) - min(known.values(), default=0) > tolerance_fen:
            odd |= (set(known) - _agreeing(known, tolerance_fen)) or set(known)
    quantities = _quantities(figures, tolerance_quantity)
    if quantities:
        odd |= {Side.DOCUMENT, Side.SYSTEM}
    if not odd:
        return None
    said = [fen or 0 for fen in amounts.values()]
    return Difference(tuple(side for side in Side if side in odd), max(said) - min(said), quantities)


def paper_fen(by_sort: Mapping[str, int], system_fen: int | None) -> int | None:
    """What the papers say: order sheet and invoice are of the same money, the one farthest from the system counts."""
    if not by_sort:
        return None
    return max(by_sort.values(), key=lambda fen: (abs(fen - (system_fen or 0)), fen))


def _agreeing(known: Mapping[Side, int], tolerance_fen: int) -> set[Side]:
    return {
        side
        for one, other in combinations(known, 2)
        if abs(known[one] - known[other]) <= tolerance_fen
        for side in (one, other)
    }


def _quantities(figures: Figures, tolerance: Decimal) -> tuple[Quantity, ...]:
    """Quantities that differ; where no sheet stands nothing can be compared."""
    if figures.document is None:
        return ()
    zero = Decimal(0)
    codes = sorted({*figures.document, *figures.system})
    pairs = [Quantity(code, figures.document.get(code, zero), figures.system.get(code, zero)) for code in codes]
    return tuple(one for one in pairs if abs(one.document - one.system) > tolerance)
