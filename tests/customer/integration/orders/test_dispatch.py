"""Which order goes first, what happens when crews are full, and the orders of authorisations."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.customer.orders.service import authorising
from services.customer.orders.service.desk import OrderDesk
from shared.contracts.authority import AuthorityOrderNeeded
from shared.ids import new_id
from tests.customer.integration.orders.conftest import Bench


async def queue(bench: Bench) -> list[str]:
    """The queue of dispatch, read in pages of two."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await bench.get("/orders", queue="dispatch", limit=2, **cursor)
        found += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_the_queue_goes_by_emergency_then_deadline_then_tier(chaohu: Bench) -> None:
    general = (await chaohu.open("repair", await chaohu.customer("general")))["id"]
    key = (await chaohu.open("repair", await chaohu.customer("key")))["id"]
    vip = (await chaohu.open("repair", await chaohu.customer("vip", "unit"), place="indoor"))["id"]
    reading = (await chaohu.open("meter_reading", await chaohu.customer("vip")))["id"]
    alarm = (await chaohu.open("emergency_repair", None, place="street"))["id"]
    assert await queue(chaohu) == [alarm, vip, key, general, reading]
    until = (chaohu.now + timedelta(hours=9)).isoformat()
    same: list[str] = []
    for tier in ("general", "key"):
        order = await chaohu.open("account", await chaohu.customer(tier))
        await chaohu.runtime.hot.execute(
            "update service_orders set rank_at = $2::timestamptz where id = $1::uuid",
            order["id"],
            chaohu.now.fromisoformat(until),
        )
        same.insert(0, order["id"])
    assert [one for one in await queue(chaohu) if one in same] == same


async def full(bench: Bench) -> None:
    """Fill the first repair team."""
    capacity = bench.runtime.policy.policy(bench.gas.code, bench.now).chapter("customer").orders.crews.capacity
    order = await bench.open("repair", await bench.customer("general"))
    await bench.runtime.hot.execute(
        "insert into service_orders select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(),"
        " 'number', 'X' || n, 'state', 'dispatched', 'team', 'repair_1'))).*"
        " from service_orders o, generate_series(1, $2::int) n where o.id = $1::uuid",
        order["id"],
        capacity["repair_1"],
    )


async def test_full_crews_refuse_all_but_emergencies_and_those_who_draw_on_the_emergency_crew(chaohu: Bench) -> None:
    await full(chaohu)
    to = {"assigned_ids": [chaohu.person("crew")]}
    for tier in ("general", "key"):
        order = await chaohu.open("repair", await chaohu.customer(tier))
        refused = await chaohu.take(order, "dispatch", to, by="office")
        assert (refused.status_code, refused.json()["code"]) == (409, "order_crew_full")
        assert (await chaohu.row(order))["state"] == "requested"
    vip = await chaohu.open("repair", await chaohu.customer("vip", "unit"), place="indoor")
    vip = await chaohu.step(vip, "dispatch", to, by="office")
    assert vip["is_emergency_crew"]
    assert vip["assigned_ids"] == [chaohu.person("emergency")]
    drawn = (await chaohu.facts("customer.order_dispatched"))[-1]
    assert (drawn["is_emergency_crew"], drawn["full_team"]) == (True, "repair_1")
    steps = await chaohu.get(f"/orders/{vip['id']}/steps")
    assert steps["items"][-1]["said"]["full_team"] == "repair_1"
    assert (await chaohu.step(vip, "arrive", by="emergency"))["state"] == "arrived"
    alarm = await chaohu.open("emergency_repair", None, place="street")
    assert (await chaohu.step(alarm, "dispatch", to, by="office"))["state"] == "dispatched"


async def test_the_last_place_of_a_crew_is_given_once(chaohu: Bench) -> None:
    await full(chaohu)
    await chaohu.runtime.hot.execute(
        "update service_orders set state = 'arrived', team = 'repair_2' where id ="
        " (select id from service_orders where company = $1 and team = 'repair_1' limit 1)",
        chaohu.gas.code,
    )
    orders = [await chaohu.open("repair", await chaohu.customer("general")) for _ in range(4)]
    to = {"assigned_ids": [chaohu.person("crew")]}
    answers = await asyncio.gather(*(chaohu.take(order, "dispatch", to, by="office") for order in orders))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_dispatch_names_somebody_who_works_here(xxx: Bench) -> None:
    order = await xxx.open("repair", await xxx.customer("general"))
    for to, code in (
        ({}, "order_nobody_assigned"),
        ({"assigned_ids": [str(uuid4())]}, "order_staff_unknown"),
        ({"team": "repair_9"}, "order_code_unknown"),
    ):
        refused = await xxx.take(order, "dispatch", to, by="office")
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def needed(bench: Bench, customer_id: str, **more: Any) -> AuthorityOrderNeeded:
    """What the complaint service says when the use of an authority needs work."""
    said = {
        "authorisation_id": new_id(),
        "number": "AU261123-0007",
        "authority": "earlier_installation",
        "category": "priority",
        "clause": "delegation",
        "state": "executed",
        "requested_by": bench.person("crew"),
        "customer_id": customer_id,
        "occurred_at": bench.now,
        "work": "installation",
        "order_department": "engineering",
        "started_at": bench.now,
        "deadline_at": bench.now + timedelta(days=2),
        "budget": 2880,
        "unit": "natural",
        "is_filed_afterwards": False,
        **more,
    }
    return AuthorityOrderNeeded.model_validate(said)


async def learn(bench: Bench, said: AuthorityOrderNeeded, matter: Any) -> None:
    runtime = bench.runtime
    async with runtime.sessions.begin() as session:
        await authorising.on_order_needed(
            session,
            OrderDesk.of(runtime.policy, runtime.calendars, runtime.staff),
            bench.gas.code,
            said,
            matter_id=matter,
            actor="system:orders",
            now=bench.now,
        )


async def test_an_authority_that_needs_work_opens_a_priority_order_with_its_clock_once(xxx: Bench) -> None:
    matter, said = new_id(), needed(xxx, await xxx.customer("general"))
    await learn(xxx, said, matter)
    await learn(xxx, said, matter)
    (listed,) = (await xxx.get("/orders", origin_id=str(said.authorisation_id)))["items"]
    assert (listed["origin"], listed["is_priority"], listed["department"]) == ("authority", True, "engineering")
    order = await xxx.get(f"/orders/{listed['id']}")
    clock = await xxx.clock(order, "authority")
    assert (clock["state"], clock["clause"], order["matter_id"]) == ("running", "order-authority", str(matter))
    order = await xxx.arrive(order)
    assert (await xxx.clock(order, "authority"))["state"] == "met"
    await xxx.complete(order)
    (done,) = await xxx.facts("customer.order_completed")
    assert (done["origin"], done["origin_id"], done["matter_id"]) == (
        "authority",
        str(said.authorisation_id),
        str(matter),
    )


async def test_work_done_without_an_order_is_filed_once_under_its_authorisation(xxx: Bench) -> None:
    customer, matter = await xxx.customer("general"), new_id()
    said = needed(xxx, customer, is_filed_afterwards=True, work="repair", category="permission")
    at = xxx.now.isoformat()
    body = {
        "authorisation_id": str(said.authorisation_id),
        "summary": "先修后补",
        "performed_at": at,
        "completed_at": at,
    }
    early = await xxx.post("/orders/filed-afterwards", body, by="leader")
    assert (early.status_code, early.json()["code"]) == (422, "order_authorisation_unknown")
    await learn(xxx, said, matter)
    assert (await xxx.get("/orders", origin_id=str(said.authorisation_id)))["items"] == []
    (waiting,) = (await xxx.get("/orders/without-order", by="leader"))["items"]
    assert waiting["id"] == str(said.authorisation_id)
    other = await xxx.post("/orders/filed-afterwards", body, by="clerk")
    assert (other.status_code, other.json()["code"]) == (403, "order_filing_post_not_allowed")
    answers = await asyncio.gather(*(xxx.post("/orders/filed-afterwards", body, by="leader") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    order = next(answer.json() for answer in answers if answer.status_code == 201)
    assert (order["origin"], order["state"], order["channel_reference"]) == (
        "filed_afterwards",
        "completed",
        said.number,
    )
    assert {one["state"] for one in order["clocks"]} == {"cancelled"}
    (done,) = await xxx.facts("customer.order_completed")
    assert done["origin_id"] == str(said.authorisation_id)
    assert done["matter_id"] == str(matter)
    assert (await xxx.get("/orders/without-order", by="leader"))["items"] == []
