"""The sweep: ten thousand breaches against raw SQL, at two sizes; lateness of the running worker."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.bench.drive import Pair, drive, paired
from tests.bench.parts.opening import OPEN
from tests.bench.report import Report
from tests.bench.stage import Stage

DUE = 10_000
SIZES = (100_000, 1_000_000, *((5_000_000,) if os.environ.get("BENCH_FULL") else ()))
_MAKE_DUE = """
update clocks set deadline_at = at, next_check_at = at, pending = jsonb_build_array(jsonb_build_object(
  'at', (extract(epoch from at) * 1000000)::bigint, 'fact', 'breached', 'mark', budget_us))
from (select id, now() + $2::float * random() * interval '1 second' - interval '1 second' * $3 as at from clocks
  where next_check_at > now() + interval '200 days' limit $1) wanted
where clocks.id = wanted.id
"""
_RAW = """
with due as (
  select * from clocks where next_check_at <= $1 order by next_check_at limit 1000 for update skip locked
), marked as (
  update clocks c set state = 'breached', breached_at = c.deadline_at, detected_at = $1, breach_cause = 'deadline',
    next_check_at = null, version = c.version + 1 from due where c.id = due.id
), said as (
  insert into clock_events (at, id, clock_id, company, fact, occurred_at, actor, cause, detail)
  select $1, uuidv7(), id, company, 'breached', deadline_at, 'raw', 'deadline',
    jsonb_build_object('consumed_us', budget_us) from due
), published as (
  insert into outbox (at, id, company, type, aggregate_type, aggregate_id, aggregate_version, matter_id,
    correlation_id, routing, payload)
  select $1, uuidv7(), company, 'sla.breached', 'clock', id, version + 1, matter_id, coalesce(correlation_id, id),
    routing, jsonb_build_object('clock_id', id, 'state', 'breached', 'occurred_at', deadline_at, 'subject_id',
      subject_id, 'subject_type', subject_type, 'metric', metric, 'cycle', cycle, 'sequence', sequence, 'tier', tier,
      'grade', grade, 'clause', clause, 'deadline_at', deadline_at, 'breached_at', deadline_at, 'detected_at', $1)
  from due
)
select count(*) from due
"""


@dataclass(slots=True)
class Sweeping:
    """Seconds that a sweep took, by open clocks."""

    took: dict[int, float] = field(default_factory=dict)

    async def at(self, stage: Stage, report: Report, size: int) -> None:
        """Ours against raw SQL on a table of this size."""
        pair = await _sweep(stage)
        self.took[size] = pair.ours
        report.at_most(
            f"sweep of {DUE:,} breaches at {size:,} open clocks, of raw SQL",
            floor=f"{pair.floor * 1000:,.0f} ms",
            ours=f"{pair.ours * 1000:,.0f} ms",
            value=pair.ratio,
            goal=1.5,
        )

    def compare(self, report: Report) -> None:
        """The large sizes against the smallest."""
        small, *others = sorted(self.took)
        for size in others:
            report.at_most(
                f"sweep at {size:,} open clocks, of that at {small:,}",
                floor=f"{self.took[small] * 1000:,.0f} ms",
                ours=f"{self.took[size] * 1000:,.0f} ms",
                value=self.took[size] / self.took[small],
                goal=1.2,
            )


async def _sweep(stage: Stage) -> Pair:
    async with stage.admin("complaint") as admin, stage.pool("complaint") as pool:

        async def timed(work: Any) -> float:
            await admin.execute(_MAKE_DUE, DUE, 1.0, 2.0)
            await admin.execute("checkpoint")
            began = time.perf_counter()
            await work()
            return time.perf_counter() - began

        async def raw() -> None:
            while await pool.fetchval(_RAW, datetime.now(UTC)):
                pass

        async def ours() -> None:
            swept = await Sweeper(pool, FixedClock(datetime.now(UTC))).sweep()
            if swept.clocks != DUE:
                raise RuntimeError(f"swept {swept}")

        return await paired(lambda: timed(raw), lambda: timed(ours))


async def lateness(stage: Stage, report: Report, port: int) -> None:
    """Of the running worker, idle and beside a full load of intakes."""
    load = stage.target(port, [OPEN], fresh_key=True)
    with stage.worker("complaint"):
        await asyncio.sleep(3)
        async with stage.admin("complaint") as admin:
            await _told(admin, report, "sweep, lateness p99, idle", 100)
            busy = asyncio.create_task(drive(load, seconds=7))
            await asyncio.sleep(1)
            await _told(admin, report, "sweep, lateness p99, under full load", 1000)
            await busy


async def _told(admin: Any, report: Report, path: str, goal: float) -> None:
    began = datetime.now(UTC)
    await admin.execute(_MAKE_DUE, 300, 3.0, -1.0)
    await asyncio.sleep(5)
    late = await admin.fetchval(
        "select percentile_disc(0.99) within group (order by detected_at - deadline_at) from clocks"
        " where deadline_at > $1 and detected_at is not null and detected_at > $1",
        began,
    )
    report.at_most(path, floor="", ours="300 clocks", value=late.total_seconds() * 1000, goal=goal, unit=" ms")
