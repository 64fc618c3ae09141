"""What is kept with a case reaches subscribers over NATS, in order, with the case's matter."""

import asyncio
from contextlib import aclosing

import httpx

import services.complaint.worker
from shared.events.bus import Bus
from shared.events.envelope import Event
from shared.events.tail import tail
from tests.complaint.integration.desk import open_case
from tests.complaint.integration.dossier.steps import REPAIR, add_complainant, case_now, done, of_case
from tests.support.world import Company, World

PATIENCE = 20.0
TOLD = [
    *("complainant_added", "conversation_recorded", "investigation_recorded", "retaliation_reported"),
    *("merged", "absorbed", "unmerged", "released"),
]


async def collected(bus: Bus, company: str) -> list[Event]:
    """The company's facts about its files, as they arrive."""
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
    target, case = await open_case(complaints, gas, **REPAIR), await open_case(complaints, gas, **REPAIR)
    await add_complainant(complaints, gas, case, phone="10012345678")
    talk = {"channel": "hotline", "direction": "in", "party": "complainant", "summary": "催办"}
    done(await of_case(complaints, gas, case, "conversations", "agent", talk), 201)
    done(await of_case(complaints, gas, case, "investigation", "agent", {"kind": "note", "text": "已核实"}), 201)
    threat = {"source": "staff", "statement": "被要求撤诉"}
    done(await of_case(complaints, gas, case, "retaliation", "agent", threat), 201)
    version = (await case_now(complaints, gas, case))["version"]
    body = {"into_id": target["id"], "reason": "重复"}
    merged = done(await of_case(complaints, gas, case, "merge", "office", body, version=version))
    done(await of_case(complaints, gas, case, "unmerge", "office", {"reason": "有误"}, version=merged["version"]))
    stop, ready = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(
        services.complaint.worker.run(world.settings("complaint"), stop, on_ready=lambda _: ready.set())
    )
    bus = await Bus.connect(world.nats.url("reporter"), name="test-dossier")
    try:
        await asyncio.wait_for(ready.wait(), PATIENCE)
        events = await asyncio.wait_for(collected(bus, gas.code), PATIENCE)
    finally:
        await bus.close()
        stop.set()
        await asyncio.wait_for(worker, PATIENCE)
    assert [event.type.removeprefix("complaint.") for event in events] == TOLD
    matters = {event.type: str(event.matter_id) for event in events}
    assert {matters["complaint.absorbed"], matters["complaint.released"]} == {target["matter_id"]}
    assert {matters[f"complaint.{one}"] for one in TOLD if one not in {"absorbed", "released"}} == {case["matter_id"]}
    assert {event.hops for event in events} == {0}
