"""What the callback service tells over NATS reaches the figure of satisfaction."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import httpx

import services.complaint.worker
from shared.contracts.callback import CallbackCompleted
from shared.database import create_engine, create_sessions
from shared.events import outbox
from shared.events.bus import Bus
from shared.events.fact import Fact
from shared.events.relay import Relay
from shared.ids import new_id
from tests.complaint.integration.desk import open_case
from tests.complaint.integration.indicators.support import figures, this_month
from tests.support.world import Company, World

PATIENCE = 20.0


async def tell(world: World, gas: Company, case_id: str) -> None:
    """The callback service states the fact in its own outbox."""
    said = CallbackCompleted(
        callback_id=new_id(),
        subject_type="complaint",
        subject_id=UUID(case_id),
        outcome="reached",
        is_satisfied=True,
        occurred_at=datetime.now(UTC),
    )
    fact = Fact(said, gas.code, "callback", said.callback_id, 1, said.occurred_at)
    engine = create_engine(world.postgres.url("callback"), application_name="test-callback", schema="callback")
    try:
        async with create_sessions(engine).begin() as session:
            await outbox.add(session, fact)
    finally:
        await engine.dispose()


async def satisfied(client: httpx.AsyncClient, gas: Company) -> int:
    """How many said so, once anybody is counted."""
    while True:
        items = await figures(client, gas, this_month())
        found = [one["numerator"] for one in items if one["code"] == "complaint.handling.satisfied"]
        if found:
            return int(sum(found))
        await asyncio.sleep(0.1)


async def test_a_satisfied_customer_is_counted(world: World, complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas)
    await tell(world, gas, case["id"])
    stop = asyncio.Event()
    bus = await Bus.connect(world.nats.url("callback"), name="test-callback")
    relay = Relay(service="callback", dsn=world.postgres.url("callback"), bus=bus, now=lambda: datetime.now(UTC))
    tasks = [
        asyncio.create_task(relay.run(stop)),
        asyncio.create_task(services.complaint.worker.run(world.settings("complaint"), stop)),
    ]
    try:
        assert await asyncio.wait_for(satisfied(complaints, gas), PATIENCE) == 1
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
        await bus.close()
