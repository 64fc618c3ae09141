"""A year of the programme, lived through by `gasdesk time advance` and sweeps."""

import os
import time
from datetime import date, datetime

import pytest

from tests.inspection.year.mending import Mending
from tests.inspection.year.office import Office
from tests.inspection.year.people import People
from tests.inspection.year.platform import MORNING, ZONE, Platform, platform
from tests.inspection.year.rows import rows_of
from tests.inspection.year.work import tell
from tests.support.world import World

BEGINS = datetime.combine(date(2027, 1, 1), MORNING, tzinfo=ZONE)
DAYS = int(os.environ.get("YEAR_DAYS", "365"))
SATURDAY = 5
JOBS = ("inspection_planning", "inspection_keeping")


async def live(year: Platform) -> None:
    """Day by day: the morning's work of the worker, then that of the people."""
    people = People(year)
    office, mending = Office(people), Mending(people)
    for _ in range(DAYS):
        await tell(year)
        await year.turn(*JOBS)
        if year.today.weekday() < SATURDAY:
            await work(office, mending)
        await year.advance()


async def work(office: Office, mending: Mending) -> None:
    """A working day of everybody."""
    if True:
        await office.plan()
        await office.inspect()
        await office.answer()
        await office.judge()
        await mending.people.platform.hear_itself()
        await mending.mend()


async def test_a_year(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for name in ("year-1", "year-2"):
        t0 = time.perf_counter()
        async with platform(world, name, BEGINS, monkeypatch) as year:
            print("made", time.perf_counter() - t0)
            t0 = time.perf_counter()
            await live(year)
            print("took", time.perf_counter() - t0, year.today)
            for q in ("select department, severity, state, cycle, is_late, count(*) from rectification_notices group by 1,2,3,4,5 order by 1,2,3", "select department, count, state, proposed_at from notice_consequences", "select level, kind, state, is_late, count(*) from planned_inspections group by 1,2,3,4 order by 1,2,3", "select metric, state, count(*) from clocks group by 1,2 order by 1,2"):
                for row in await year.stage.pool.fetch(q):
                    print(dict(row))
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
