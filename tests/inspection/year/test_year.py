"""A year of the programme, lived through by `gasdesk time advance` and sweeps."""

import os
import time
from datetime import datetime

import pytest

from tests.inspection.year.office import Office
from tests.inspection.year.people import People
from tests.inspection.year.platform import ZONE, Platform, platform
from tests.inspection.year.rows import rows_of
from tests.inspection.year.work import tell
from tests.support.world import World

BEGINS = datetime(2027, 1, 1, 8, 0, tzinfo=ZONE)
DAYS = int(os.environ.get("YEAR_DAYS", "365"))
JOBS = ("inspection_planning", "inspection_keeping")


async def live(year: Platform) -> None:
    """Day by day: the morning's work of the worker, then that of the people."""
    office = Office(People(year))
    for _ in range(DAYS):
        await tell(year)
        await year.turn(*JOBS)
        await office.plan()
        await office.inspect()
        await office.answer()
        await office.judge()
        await year.advance("1d")


async def test_a_year(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for name in ("year-1", "year-2"):
        t0 = time.perf_counter()
        async with platform(world, name, BEGINS, monkeypatch) as year:
            print("made", time.perf_counter() - t0)
            t0 = time.perf_counter()
            await live(year)
            print("took", time.perf_counter() - t0, year.today)
            found.append(await rows_of(year.stage.pool))
    a, b = found
    assert a.keys() == b.keys()
    for table in a:
        left = sorted(set(a[table]) - set(b[table]))
        right = sorted(set(b[table]) - set(a[table]))
        print(table, len(a[table]), len(b[table]), len(left))
        for one in left[:2]:
            print("  -", one[:1500])
        for one in right[:2]:
            print("  +", one[:1500])
