"""The callback service: draw from a burst of events, claim the next call from short and long work lists."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from shared.contracts.base import Routing
from shared.contracts.customer import CustomerOrderCompleted
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.envelope import ROW
from shared.events.fact import Fact
from shared.events.publisher import Publisher
from shared.ids import new_id
from tests.bench.drive import RUNS, Target, drive, rate_of
from tests.bench.filling_callbacks import add_agents, fill_callbacks, free_claims
from tests.bench.report import Report
from tests.bench.stage import Stage

T = TypeVar("T")
BURST = 10_000
SIZES = (10_000, 1_000_000 if os.environ.get("BENCH_FULL") else 200_000)
AGENTS = 600
_WORKS = ("repair", "installation", "relocation", "conversion", "emergency_repair", "safety_inspection", "consultation")
_LANES = 2
"""As many events as the consumer handles at once."""
_STRATA = """
insert into draw_strata (id, company, business, tier, policy_pack, policy_version, name, seed, numerator, denominator,
  offset_numerator)
select md5('floor-' || g)::uuid, 'bench-floor', 'floor' || g, 'general', 'bench', '1', 'floor' || g, 'bench-floor', 3,
  10, 0
from generate_series(1, 14) g
"""
_FLOOR = """
\\set s random(1, 14)
begin;
insert into inbox (consumer, event_id, at) values ('bench-floor', uuidv7(), now());
select seen from draw_strata where id = md5('floor-' || :s)::uuid for update \\gset
insert into callback_draws (id, company, stratum_id, position, business, subject_type, subject_id, occasion,
  customer_id, event_id, occurred_at, drawn_at, is_drawn)
values (uuidv7(), 'bench-floor', md5('floor-' || :s)::uuid, :seen + 1, 'floor' || :s, 'order', uuidv7(), 'done',
  uuidv7(), uuidv7(), now(), now(), false);
update draw_strata set seen = seen + 1 where id = md5('floor-' || :s)::uuid;
commit;
"""
_SEEN = "select coalesce(sum(seen), 0)::int from draw_strata where company = $1"
_SHARES = "select name, numerator, denominator, offset_numerator, seen, drawn from draw_strata where company = $1"
_SAMPLE = "select id from callbacks where company = $1 and queue = 'hotline' and state <> 'done' limit 1"


async def run(stage: Stage, report: Report) -> None:
    """The burst first: it makes the callback after whose pattern the work lists are filled."""
    await _burst(stage, report)
    await _claims(stage, report)


async def _burst(stage: Stage, report: Report) -> None:
    code = stage.company.code
    async with stage.admin("callback") as admin:
        await admin.execute(_STRATA)
        floor = await stage.pgbench("callback", _FLOOR, clients=_LANES)
        with stage.worker("callback"):
            await asyncio.sleep(3)
            before = await admin.fetchval(_SEEN, code)
            messages = await _said(stage)
            began = time.perf_counter()
            await messages.publish()
            await _until(admin, code, before + BURST)
            rate = BURST / (time.perf_counter() - began)
        shares = await admin.fetch(_SHARES, code)
    for one in shares:
        ratio, u = Fraction(one["numerator"], one["denominator"]), Fraction(int(one["offset_numerator"]), 1 << 64)
        if one["drawn"] != (one["seen"] * ratio + u).__floor__():
            raise RuntimeError(f"{one['name']}: {one['drawn']} drawn of {one['seen']}")
    report.tell(
        f"draw from a burst of {BURST:,} events, of pgbench with inbox, number and count",
        floor=f"{floor:,.0f}/s",
        ours=f"{rate:,.0f}/s",
        result=f"{rate / floor:.2f}",
    )
    drawn, seen = sum(one["drawn"] for one in shares), sum(one["seen"] for one in shares)
    report.notes.append(f"The burst drew {drawn:,} callbacks of {seen:,} events, each share exact.")


async def _until(admin: Any, company: str, count: int) -> None:
    while True:
        if await admin.fetchval(_SEEN, company) >= count:
            return
        await asyncio.sleep(0.02)


class _Messages:
    """Facts of the customer service, stated and ready to be published."""

    def __init__(self, stage: Stage, ids: list[UUID]) -> None:
        self._stage = stage
        self._ids = ids

    async def publish(self) -> None:
        """Publish them on the service's stream, as the relay does."""
        bus = await Bus.connect(self._stage.world.nats.url("customer"), name="bench")
        try:
            publisher = Publisher(bus, "customer")
            async with self._stage.admin("customer") as admin:
                rows = await admin.fetch(f"select {ROW} from outbox where id = any($1) order by seq", self._ids)
            outcome = await publisher.publish([publisher.outgoing(row) for row in rows])
            if outcome.error is not None or len(outcome.stored) != len(self._ids):
                raise RuntimeError(f"published {len(outcome.stored)}: {outcome.error}")
        finally:
            await bus.close()


async def _said(stage: Stage) -> _Messages:
    facts = list(_facts(stage))
    async with stage.pool("customer") as pool, pool.acquire() as connection:
        for first in range(0, BURST, 1000):
            await outbox.add_records(connection, [outbox.record(fact) for fact in facts[first : first + 1000]])
    return _Messages(stage, [fact.event_id for fact in facts])


def _facts(stage: Stage) -> Iterator[Fact]:
    now = datetime.now(UTC)
    crew = [stage.company.person("crew")]
    for n in range(BURST):
        said = CustomerOrderCompleted(
            order_id=new_id(),
            number=f"B{n}",
            customer_id=new_id(),
            work=_WORKS[n % len(_WORKS)],
            completed_at=now - timedelta(minutes=n % 600),
            tier="vip" if n % 20 == 0 else "general",
            staff_ids=crew,
            routing=Routing(department="customer_service"),
        )
        yield Fact(said, stage.company.code, "order", said.order_id, 4, now, matter_id=said.order_id)


async def _claims(stage: Stage, report: Report) -> None:
    code, rate, slow = stage.company.code, 0.0, dict[int, float]()
    async with stage.admin("callback") as admin:
        sample = await admin.fetchval(_SAMPLE, code)
        agents = await add_agents(admin, code, count=AGENTS)
        with stage.service("callback") as port:
            target = _target(stage, port, agents)
            for size in SIZES:
                await fill_callbacks(admin, sample, agents, count=size)
                peak = await _freed(admin, code, rate_of(target))  # also touches the pages that the checkpoint left
                rate = rate or 0.4 * peak
                runs = [await _freed(admin, code, drive(target, rate=rate)) for _ in range(RUNS)]
                slow[size] = statistics.median(run.p95 for run in runs)
    small, large = (slow[size] for size in SIZES)
    report.at_most(
        f"claim the next call, p95 with {SIZES[1]:,} waiting of that with {SIZES[0]:,}, {rate:,.0f}/s",
        floor=f"{small:.1f} ms",
        ours=f"{large:.1f} ms",
        value=large / max(small, 0.1),
        goal=1.5,
    )


def _target(stage: Stage, port: int, agents: list[UUID]) -> Target:
    """Each request is another agent's, since nobody may hold more than a few."""
    issuer, code = stage.company.issuer, stage.company.code
    requests = [
        {
            "method": "POST",
            "path": "/v1/callbacks/claim",
            "body": json.dumps({"queue": "hotline"} if n % 2 else {}),
            "bearer": issuer.mint(staff_id=one, companies=(code,), login=str(one)),
        }
        for n, one in enumerate(agents)
    ]
    return Target(port, requests, {}, fresh_key=True)


async def _freed(admin: Any, company: str, run: Coroutine[Any, Any, T]) -> T:
    """One run; what it claimed waits again."""
    found = await run
    await free_claims(admin, company)
    await admin.execute("vacuum callbacks")
    return found
