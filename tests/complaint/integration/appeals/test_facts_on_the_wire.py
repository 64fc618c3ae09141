"""What an appeal does to a finding reaches subscribers over NATS, in order, with the case's matter."""

import asyncio
from contextlib import aclosing

import httpx

import services.complaint.worker
from shared.events.bus import Bus
from shared.events.envelope import Event
from shared.events.tail import tail
from tests.complaint.integration.judging import appeal_step, confirmed, done, lodge, reviewed, worked_case
from tests.support.world import Company, World

PATIENCE = 20.0
TOLD = [
    *("finding_drafted", "finding_confirmed", "appeal_lodged", "appeal_admitted", "finding_suspended"),
    *("appeal_reviewed", "appeal_decided", "finding_overturned"),
]


async def collected(bus: Bus, company: str) -> list[Event]:
    """The company's facts about findings and appeals, as they arrive."""
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
    world: World, complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await worked_case(complaints, gas)
    await confirmed(complaints, gas, case)
    appeal = await reviewed(complaints, gas, await done(await lodge(complaints, gas, case, "crew", "employee"), 201))
    await done(await appeal_step(complaints, gas, appeal, "decide", "committee", outcome="revoked", reason="撤销"))
    stop, ready = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(
        services.complaint.worker.run(world.settings("complaint"), stop, on_ready=lambda _: ready.set())
    )
    bus = await Bus.connect(world.nats.url("reporter"), name="test-findings")
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
    persons = [event.payload.model_dump(mode="json").get("person_ids") for event in events]
    assert [one for one in persons if one] == [[str(gas.person("crew"))]] * 4
    assert [event.aggregate_version for event in events if event.type.startswith("complaint.finding")] == [1, 2, 3, 4]
