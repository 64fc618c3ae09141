"""When a count comes to its limit, and when it falls below; pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.incentive.counters.rules.causes import CountState
from services.incentive.policy_catalogue import Counter

ALL_YEARS = 0
"""The year of a tally of all years."""


class Verdict(StrEnum):
    """What a change of a count leads to."""

    REACHED = "reached"
    FELL = "fell"
    KEPT = "kept"


class Counted(Protocol):
    """A stored cause of a tally."""

    @property
    def id(self) -> UUID: ...
    @property
    def counts_as(self) -> UUID: ...
    @property
    def state(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...


C = TypeVar("C", bound=Counted)


def year_of(counter: Counter, happened_at: datetime, zone: ZoneInfo) -> int:
    """The year of the tally: of the company's civil time, or all years."""
    return ALL_YEARS if counter.is_all_years else happened_at.astimezone(zone).year


def weigh(rows: Iterable[Counted], limit: int, *, is_reached: bool) -> Verdict:
    """Reached at exactly the limit, once: what is contested raises nothing, and lets nothing fall."""
    known = list(rows)
    if not is_reached:
        return Verdict.REACHED if number(known) >= limit else Verdict.KEPT
    held = {one.counts_as for one in known if one.state != CountState.ENDED}
    return Verdict.FELL if len(held) < limit else Verdict.KEPT


def number(rows: Iterable[Counted]) -> int:
    """How many count."""
    return len({one.counts_as for one in rows if one.state == CountState.COUNTED})


def in_order(rows: Iterable[C]) -> list[C]:
    """Those that count, by the time of what happened."""
    counting = [one for one in rows if one.state == CountState.COUNTED]
    return sorted(counting, key=lambda one: (one.happened_at, str(one.id)))


def deciding(rows: Sequence[C], limit: int) -> C:
    """The one that was the n-th of those in order."""
    seen: set[UUID] = set()
    for one in rows:
        seen.add(one.counts_as)
        if len(seen) == limit:
            return one
    return rows[-1]
