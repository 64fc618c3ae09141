"""Whether a reading is plausible, and what use follows from it: pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How the reading was come by."""

    ACTUAL = "actual"
    ESTIMATED = "estimated"
    REMOTE = "remote"
    CUSTOMER = "customer"


class ReadingState(StrEnum):
    """Whether the row stands."""

    RECORDED = "recorded"
    CORRECTED = "corrected"


class SaleState(StrEnum):
    """Whether the sale stands."""

    SOLD = "sold"
    CORRECTED = "corrected"
    REFUNDED = "refunded"


class Doubt(StrEnum):
    """What is implausible about a reading."""

    BACKWARDS = "backwards"
    OVER_LARGE = "over_large"
    OVER_CAPACITY = "over_capacity"
    NO_USE = "no_use"
    TOO_MANY_ESTIMATED = "too_many_estimated"


NAMES: dict[Doubt, str] = {
    Doubt.BACKWARDS: "读数低于上次读数",
    Doubt.OVER_LARGE: "用气量远大于平时",
    Doubt.OVER_CAPACITY: "日用气量超过开口气量",
    Doubt.NO_USE: "用气量为零",
    Doubt.TOO_MANY_ESTIMATED: "连续估抄次数过多",
}
"""As people read it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stood before the reading."""

    previous_m3: Decimal | None
    previous_on: date | None
    usual_m3_day: Decimal | None
    """The customer's daily volume of the period before."""
    capacity_m3_day: Decimal | None
    estimated_before: int
    """Estimated readings immediately before, one after another."""


@dataclass(frozen=True, slots=True)
class Use:
    """What was used since the reading before; nothing is said of the first reading."""

    usage_m3: Decimal | None = None
    days: int | None = None
    daily_m3: Decimal | None = None


def use_of(reading: Decimal, read_on: date, known: Known) -> Use:
    """Volume, days and volume a day; a reading that went backwards has none, nor one of the same day a daily."""
    if known.previous_m3 is None or reading < known.previous_m3:
        return Use()
    usage = reading - known.previous_m3
    if known.previous_on is None:
        return Use(usage)
    days = (read_on - known.previous_on).days
    daily = (usage / days).quantize(Decimal("0.001")) if days > 0 else None
    return Use(usage, max(days, 0), daily)


def doubts(
    reading: Decimal,
    method: Method,
    known: Known,
    use: Use,
    *,
    factor: Decimal,
    floor_m3_day: Decimal,
    estimated_in_a_row: int,
) -> list[Doubt]:
    """Everything implausible about a reading, in a fixed order."""
    found = []
    if known.previous_m3 is not None and reading < known.previous_m3:
        found.append(Doubt.BACKWARDS)
    if use.daily_m3 is not None:
        usual = known.usual_m3_day
        if usual is not None and use.daily_m3 > max(usual * factor, floor_m3_day):
            found.append(Doubt.OVER_LARGE)
        if known.capacity_m3_day is not None and use.daily_m3 > known.capacity_m3_day:
            found.append(Doubt.OVER_CAPACITY)
    if use.usage_m3 == 0 and (use.days or 0) > 0:
        found.append(Doubt.NO_USE)
    if method is Method.ESTIMATED and known.estimated_before >= estimated_in_a_row:
        found.append(Doubt.TOO_MANY_ESTIMATED)
    return found


def masked_card(card: str) -> str:
    """The last four digits of a card number; all else is hidden."""
    return "****" + (card[-4:] if len(card) > 4 else "")
