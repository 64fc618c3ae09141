"""What is done with an authority reaches subscribers over NATS, in order, with the case's matter."""

import asyncio
from contextlib import aclosing

import asyncpg
import httpx

import services.complaint.worker
from shared.events.bus import Bus
from shared.events.envelope import Event
from shared.events.tail import tail
from tests.complaint.integration.delegation.house import act, body_of, executed, request
from tests.complaint.integration.desk import open_case
from tests.complaint.integration.judging import done
from tests.support.world import Company, World

PATIENCE = 20.0
TOLD = ["authority_requested", "authority_signed", "authority_approved", "authority_used", "authority_order_needed"]


async def collected(bus: Bus, company: str) -> list[Event]:
    """The company's facts about authorities, as they arrive."""
    found: list[Event] = []
    types = [f"complaint.{one}" for one in TOLD]
    told = tail(bus, streams=("COMPLAINT",), after={"COMPLAINT": 0}, types=types, company=company)
    async with aclosing(told) as live:
        async for item in live:
            found.append(item.event)
            if len(found) == len(TOLD):
                return found
    return found


async def test_the_facts_arrive_in_order_with_the_matter(
    world: World, complaints: httpx.AsyncClient, hot: asyncpg.Pool, gas: Company
) -> None:
    case = await open_case(complaints, gas)
    body = await body_of(complaints, hot, gas, "earlier_work", "agent", complaint_id=case["id"])
    one = await done(await request(complaints, gas, "agent", body), 201)
    one = await done(await act(complaints, gas, one, "approve", "markethead"))
    await executed(complaints, gas, one, "agent")
    stop, ready = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(
        services.complaint.worker.run(world.settings("complaint"), stop, on_ready=lambda _: ready.set())
    )
    bus = await Bus.connect(world.nats.url("reporter"), name="test-authority")
    try:
        await asyncio.wait_for(ready.wait(), PATIENCE)
        events = await asyncio.wait_for(collected(bus, gas.code), PATIENCE)
    finally:
        await bus.close()
        stop.set()
        await asyncio.wait_for(worker, PATIENCE)
    assert [event.type.removeprefix("complaint.") for event in events] == TOLD
    assert {str(event.matter_id) for event in events} == {case["matter_id"]}
    assert {event.hops for event in events} == {0}
    assert [event.aggregate_version for event in events] == [1, 2, 2, 3, 3]
    order = events[-1].payload.model_dump(mode="json")
    assert (order["work"], order["budget"], order["unit"]) == ("installation", 2880, "natural")
    assert order["routing"]["department"] == "engineering"
