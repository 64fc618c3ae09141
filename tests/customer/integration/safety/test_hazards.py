"""Hazards: found, told, gas stopped, re-inspected, resolved with proof by other eyes; their clocks."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from services.customer.safety.service import reading
from shared.ids import new_id
from tests.customer.integration.orders.conftest import Json
from tests.customer.integration.safety.conftest import Inspectors, refused

LEAK = {"kind": "leak", "description": "接口漏气", "is_gas_stopped": True}
BOXED = {"kind": "boxed_in_pipe", "description": "管道包封"}


async def test_a_grave_hazard_runs_from_its_finding_to_its_proven_end(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    visit = await xxx.visited(home, hazards=[LEAK], checks=xxx.checks(tightness="fail"))
    assert (visit["hazards_found"], visit["hazards_seen_again"]) == (1, 0)
    (found,) = (await xxx.get("/hazards", customer_id=home, state="open"))["items"]
    assert (found["severity"], found["inspection_id"], found["told_at"]) == ("grave", visit["id"], None)
    assert found["gas_stopped_by"] == xxx.person("crew")
    order = await xxx.get(f"/orders/{found['follow_up_order_id']}")
    assert (order["origin"], order["origin_id"], order["details"]["is_follow_up"]) == ("follow_up", found["id"], True)
    clock = await xxx.hazard_clock(found, "follow_up")
    assert (clock["state"], clock["clause"]) == ("running", "safety-hazards")
    due = await xxx.clock(order, "completion")
    assert abs(_at(due["deadline_at"]) - _at(clock["deadline_at"])) < timedelta(minutes=2)
    open_still = await xxx.try_hazard(found, "reinspect", by="leader")
    assert refused(open_still)[:2] == (409, "hazard_follow_up_open")
    assert refused(await xxx.try_hazard(found, "tell", {"way": "drum"}, by="crew"))[2] == "/way"
    found = await xxx.hazard(found, "tell", {"way": "in_hand"}, by="crew")
    assert (await xxx.hazard_clock(found, "telling"))["state"] == "met"
    assert refused(await xxx.try_hazard(found, "tell", {"way": "in_hand"}, by="crew"))[0] == 409
    assert refused(await xxx.try_hazard(found, "restore-gas", by="leader"))[1] == "hazard_step_not_allowed"
    proof: Json = {"resolution": "更换接头，复测合格", "file_ids": [await xxx.file("crew")], "is_gas_restored": True}
    same = await xxx.try_hazard(found, "resolve", proof, by="crew")
    assert refused(same)[:2] == (403, "hazard_same_eyes")
    foreign = await xxx.try_hazard(found, "resolve", proof, by="leader")
    assert refused(foreign) == (422, "hazard_proof_invalid", "/file_ids")
    bare = await xxx.try_hazard(found, "resolve", {**proof, "file_ids": []}, by="leader")
    assert refused(bare) == (422, "hazard_proof_invalid", "/file_ids")
    proof["file_ids"] = [await xxx.file("leader")]
    done = await xxx.hazard(found, "resolve", proof, by="leader")
    assert (done["state"], done["proof_ids"]) == ("resolved", proof["file_ids"])
    assert done["gas_restored_at"] is not None
    assert (await xxx.hazard_clock(found, "follow_up"))["state"] == "met"
    async with xxx.runtime.sessions.begin() as session:
        companies = [xxx.gas.code]
        assert await reading.names_file(session, UUID(proof["file_ids"][0]), companies)
        assert not await reading.names_file(session, new_id(), companies)
    assert refused(await xxx.try_hazard(done, "withdraw", {"reason": "误"}, by="leader"))[0] == 409
    assert (await xxx.get(f"/customers/{home}/hazard-flags"))["items"] == []
    facts = await xxx.facts("customer.hazard_found", "customer.hazard_resolved")
    assert [(one["type"], one["kind"]) for one in facts] == [
        ("customer.hazard_found", "leak"),
        ("customer.hazard_resolved", "leak"),
    ]
    assert "接口" not in str(facts)


async def test_a_hazard_that_stands_is_not_entered_twice(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    await xxx.visited(home, hazards=[BOXED])
    again = await xxx.visited(home, hazards=[BOXED])
    assert (again["hazards_found"], again["hazards_seen_again"]) == (0, 1)
    (found,) = (await xxx.get("/hazards", customer_id=home))["items"]
    assert (found["seen_again"], found["follow_up_order_id"], found["severity"]) == (1, None, "serious")
    body = {**BOXED, "customer_id": home}
    assert refused(await xxx.post("/hazards", body, by="agent"))[:2] == (409, "hazard_already_open")
    twice = await xxx.try_visit(home, hazards=[LEAK, LEAK])
    assert refused(twice) == (422, "hazard_invalid", "/hazards/1/kind")
    ordered = await xxx.hazard(found, "reinspect", by="leader")
    assert ordered["follow_ups"] == 1
    withdrawn = await xxx.hazard(ordered, "withdraw", {"reason": "误登记"}, by="leader")
    assert withdrawn["state"] == "withdrawn"
    assert (await xxx.hazard_clock(found, "follow_up"))["state"] == "cancelled"
    fresh = await xxx.done("/hazards", body, by="agent")
    assert (fresh["inspection_id"], fresh["state"]) == (None, "open")


async def test_a_follow_up_that_is_late_breaches_is_explained_and_one_of_two_wins(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    body = {"kind": "expired", "description": "软管过期", "customer_id": home, "told_by_way": "in_hand"}
    found = await xxx.done("/hazards", body, by="crew")
    assert [one["metric"] for one in (await xxx.get(f"/hazards/{found['id']}/clocks"))["items"]] == ["follow_up"]
    await xxx.sweep(timedelta(days=32))
    clock = await xxx.hazard_clock(found, "follow_up")
    assert clock["state"] == "breached"
    why = await xxx.get(f"/hazards/{found['id']}/clocks/{clock['id']}/explanation")
    assert why["clause"] == "safety-hazards"
    both = await asyncio.gather(*(xxx.try_hazard(found, "stop-gas", by=who) for who in ("crew", "leader")))
    assert sorted(one.status_code for one in both) == [200, 412]
    work = await xxx.get("/work", by="office")
    assert (found["id"], "follow_up") in [(one["id"], one["metric"]) for one in work["items"]]


async def test_flags_join_what_was_found_with_what_equipment_is_marked_with(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    await xxx.runtime.hot.execute(
        "insert into gas_equipment (id, company, customer_id, premises_id, kind, expires_on, hazards, state,"
        " created_at, updated_at) select $1, company, customer_id, id, 'hose', $3, '{no_flame_guard}', 'in_use', $4, $4"
        " from premises where customer_id::text = $2",
        equipment := new_id(),
        home,
        xxx.now.date() - timedelta(days=2),
        xxx.now,
    )
    expired = {"kind": "expired", "description": "软管过期", "equipment_id": str(equipment)}
    await xxx.visited(home, hazards=[expired, LEAK])
    flags = (await xxx.get(f"/customers/{home}/hazard-flags", by="agent"))["items"]
    assert [(one["kind"], one["severity"], one["hazard_id"] is not None, one["is_gas_stopped"]) for one in flags] == [
        ("expired", "ordinary", True, False),
        ("leak", "grave", True, True),
        ("no_flame_guard", None, False, False),
    ]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
