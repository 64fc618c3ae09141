"""The relay: a backlog published and stamped with `sync_interval: always`; from commit to a subscriber, idle."""

import asyncio
import time
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events.bus import Bus
from shared.events.live import follow
from shared.events.relay import Relay
from tests.bench.parts.opening import open_one
from tests.bench.report import Report
from tests.bench.stage import Stage

_BACKLOG = 30_000
_COLUMNS = (
    "company, type, aggregate_type, matter_id, correlation_id, causation_id, hops, actor, traceparent, routing, payload"
)
_INSERT = f"""
insert into outbox (at, id, aggregate_id, aggregate_version, {_COLUMNS})
select now(), uuidv7(), uuidv7(), 1, {_COLUMNS} from (select * from outbox where matter_id = $1 and type = 'sla.started'
  limit 1) sample, generate_series(1, $2::int)
returning id
"""  # our own names


async def run(stage: Stage, report: Report) -> None:
    """A backlog first, then single events beside the running worker."""
    with stage.service("complaint") as port:
        sample = await asyncio.to_thread(open_one, stage, port)
    async with stage.admin("complaint") as admin:
        rates = []
        await _drain(stage, admin)
        for _ in range(3):
            await admin.fetch(_INSERT, sample, _BACKLOG)
            rates.append(_BACKLOG / await _drain(stage, admin))
        rate = sorted(rates)[1]
        report.at_least("relay, events a second", floor="", ours=f"{rate:,.0f}/s", ratio=rate, goal=10_000)
        with stage.worker("complaint"):
            await asyncio.sleep(3)
            late = sorted(await _journeys(stage, admin, sample))
        report.at_most(
            "commit to subscriber, p99, idle",
            floor="",
            ours=f"p50 {late[len(late) // 2] * 1000:.0f} ms",
            value=late[len(late) * 99 // 100] * 1000,
            goal=100,
            unit=" ms",
        )


async def _drain(stage: Stage, admin: Any) -> float:
    """Seconds until nothing waits."""
    bus = await Bus.connect(stage.world.nats.url("complaint"), name="bench")
    stop = asyncio.Event()
    relay = Relay(
        service="complaint", dsn=stage.world.postgres.url("complaint"), bus=bus, now=lambda: datetime.now(UTC)
    )
    began = time.perf_counter()
    running = asyncio.create_task(relay.run(stop))
    try:
        while await admin.fetchval("select exists (select 1 from outbox where published_at is null)"):
            if running.done():
                await running
            await asyncio.sleep(0.02)
        return time.perf_counter() - began
    finally:
        stop.set()
        await running
        await bus.close()


async def _journeys(stage: Stage, admin: Any, sample: UUID) -> list[float]:
    bus = await Bus.connect(stage.world.nats.url("reporter"), name="bench-subscriber")
    seen: dict[UUID, float] = {}
    sent: dict[UUID, float] = {}

    async def subscribe() -> None:
        async with aclosing(follow(bus, streams=("COMPLAINT",))) as events:
            async for item in events:
                seen[item.event.id] = time.perf_counter()

    following = asyncio.create_task(subscribe())
    await asyncio.sleep(1)
    for _ in range(200):
        (row,) = await admin.fetch(_INSERT, sample, 1)
        sent[row["id"]] = time.perf_counter()
        await asyncio.sleep(0.03)
    await asyncio.sleep(1)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await bus.close()
    return [seen[one] - at for one, at in sent.items()]
