"""When a count of the year is reached, stays, and falls."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from services.incentive.counters.rules.causes import CountState
from services.incentive.counters.rules.standings import StandingEnd, StandingKind, holds_in
from services.incentive.counters.rules.weighing import ALL_YEARS, Verdict, deciding, in_order, number, weigh, year_of
from services.incentive.policy import IncentiveChapter
from tests.support.packs import PACKS, shipped

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
COUNTED, HELD, ENDED = CountState.COUNTED, CountState.HELD, CountState.ENDED


@dataclass
class One:
    """A cause of a tally."""

    state: str
    day: int = 0
    counts_as: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)

    @property
    def happened_at(self) -> datetime:
        return BEGAN + timedelta(days=self.day)


@pytest.mark.parametrize(
    ("states", "is_reached", "verdict"),
    [
        ((COUNTED, COUNTED), False, Verdict.KEPT),
        ((COUNTED, COUNTED, COUNTED), False, Verdict.REACHED),
        ((COUNTED, COUNTED, COUNTED, COUNTED), True, Verdict.KEPT),
        ((COUNTED, COUNTED, HELD), False, Verdict.KEPT),
        ((COUNTED, COUNTED, HELD), True, Verdict.KEPT),
        ((COUNTED, COUNTED, ENDED), False, Verdict.KEPT),
        ((COUNTED, COUNTED, ENDED), True, Verdict.FELL),
        ((COUNTED, COUNTED, ENDED, COUNTED), True, Verdict.KEPT),
        ((), True, Verdict.FELL),
    ],
)
def test_reached_at_exactly_the_third(states: tuple[CountState, ...], is_reached: bool, verdict: Verdict) -> None:
    assert weigh([One(one) for one in states], 3, is_reached=is_reached) is verdict


def test_one_matter_counts_once() -> None:
    matter = uuid4()
    rows = [One(COUNTED, 1, matter), One(COUNTED, 2, matter), One(COUNTED, 3)]
    assert number(rows) == 2
    assert weigh(rows, 3, is_reached=False) is Verdict.KEPT


def test_the_third_to_happen_decides_whichever_was_heard_last() -> None:
    third, first, second, fallen = One(COUNTED, 9), One(COUNTED, 1), One(COUNTED, 5), One(ENDED, 3)
    ordered = in_order([third, first, fallen, second])
    assert ordered == [first, second, third]
    assert deciding(ordered, 3) is third


def test_a_year_is_the_companys_own() -> None:
    counters = [
        counter
        for pack in PACKS
        if isinstance(chapter := shipped(pack).chapters["incentive"], IncentiveChapter)
        for counter in chapter.catalogue.counters.values()
    ]
    assert {counter.is_all_years for counter in counters} == {True, False}
    eve = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    for counter in counters:
        expected = ALL_YEARS if counter.is_all_years else 2027
        assert year_of(counter, eve, ZoneInfo("Asia/Shanghai")) == expected


@dataclass(frozen=True)
class Stood:
    """A stored standing."""

    kind: str
    period: str
    until_period: str | None = None
    ended_for: str | None = None


@pytest.mark.parametrize(
    ("one", "month", "year", "holds"),
    [
        (Stood(StandingKind.AWARDS_LOST, "2026"), None, 2026, True),
        (Stood(StandingKind.AWARDS_LOST, "2026"), None, 2027, False),
        (Stood(StandingKind.AWARDS_LOST, "2026", ended_for=StandingEnd.REVERSED), None, 2026, False),
        (Stood(StandingKind.AWARDS_LOST, "2026", ended_for=StandingEnd.SUSPENDED), None, 2026, False),
        (Stood(StandingKind.SUSPENDED, "2026-03"), "2026-02", None, False),
        (Stood(StandingKind.SUSPENDED, "2026-03"), "2027-01", None, True),
        (Stood(StandingKind.SUSPENDED, "2026-03", "2026-05", StandingEnd.LIFTED), "2026-05", None, True),
        (Stood(StandingKind.SUSPENDED, "2026-03", "2026-05", StandingEnd.LIFTED), "2026-06", None, False),
        (Stood(StandingKind.MONTH_GRADE, "2026-03"), "2026-04", None, False),
        (Stood(StandingKind.MONTH_GRADE, "2026-03"), None, 2026, True),
    ],
)
def test_what_stands_holds_in_its_period(one: Stood, month: str | None, year: int | None, holds: bool) -> None:
    assert holds_in(one, month=month, year=year) is holds
