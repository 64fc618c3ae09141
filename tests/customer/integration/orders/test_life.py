"""An order from the request to the close: its path, its refusals, its facts, and two people at once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from tests.customer.integration.orders.conftest import Bench, Json


async def test_an_order_goes_from_request_to_report_and_close(generic: Bench) -> None:
    matter = str(uuid4())
    order = await generic.open("repair", await generic.customer("special"), matter_id=matter)
    assert order["number"].startswith("WO")
    assert order["state"] == "requested"
    order = await generic.step(order, "acknowledge", by="agent")
    order = await generic.arrive(order, is_entered=True)
    assert order["state"] == "arrived"
    assert order["entered_at"] is not None
    order = await generic.step(order, "start")
    order = await generic.step(order, "progress", {"note": "已查明漏点"})
    assert [one["state"] for one in order["clocks"] if one["metric"] == "progress"].count("running") == 1
    early = await generic.take(order, "confirm", by="clerk")
    assert (early.status_code, early.json()["code"]) == (409, "order_step_not_allowed")
    order = await generic.complete(order, result={"cause": "阀门老化", "parts": ["球阀"]})
    unfinished = await generic.take(order, "close", by="clerk")
    assert (unfinished.status_code, unfinished.json()["code"]) == (409, "order_stage_missing")
    assert order["demands"]["stages_left"] == ["confirmed", "accepted", "reported"]
    for verb, body in (
        ("confirm", {}),
        ("invite", {}),
        ("accept", {}),
        ("report", {"summary": "已验收"}),
        ("close", {}),
    ):
        order = await generic.step(order, verb, body, by="clerk")
    assert order["state"] == "closed"
    assert order["due_at"] is None
    assert {one["state"] for one in order["clocks"]} <= {"met", "cancelled"}
    steps = await generic.get(f"/orders/{order['id']}/steps")
    assert [one["act"] for one in steps["items"]][-3:] == ["accept", "report", "close"]
    (done,) = await generic.facts("customer.order_completed")
    assert (done["order_id"], done["work"], done["tier"]) == (order["id"], "repair", "special")
    assert done["staff_ids"] == order["assigned_ids"]
    assert done["matter_id"] == matter
    told = [one["type"] for one in await generic.facts("customer.order_opened", "customer.order_closed")]
    assert told == ["customer.order_opened", "customer.order_closed"]


async def test_intake_refuses_what_the_pack_does_not_know_and_changes_nothing(xxx: Bench) -> None:
    own, other = await xxx.customer("general"), await xxx.customer("general")
    home = await xxx.runtime.hot.fetchval("select id from premises where customer_id = $1::uuid", other)
    later = (xxx.now + timedelta(hours=1)).isoformat()
    cases: list[tuple[Json, str, str]] = [
        ({"work": "plumbing"}, "order_code_unknown", "/work"),
        ({"channel": "pigeon"}, "order_code_unknown", "/channel"),
        ({"place": "moon"}, "order_code_unknown", "/place"),
        ({"team": "repair_9"}, "order_code_unknown", "/team"),
        ({"channel": "outside_centre"}, "order_channel_reference_required", "/channel_reference"),
        ({"customer_id": None}, "order_customer_required", "/customer_id"),
        ({"customer_id": str(uuid4())}, "order_customer_unknown", "/customer_id"),
        ({"premises_id": str(home)}, "order_not_of_customer", "/premises_id"),
        ({"requested_at": later}, "order_occurred_in_future", "/requested_at"),
        ({"ready_at": later}, "order_moment_invalid", "/ready_at"),
        ({"appointment_until": later}, "order_appointment_invalid", "/appointment_until"),
        ({"details": {"card_number": "1"}}, "order_details_invalid", "/details/card_number"),
    ]
    for wrong, code, pointer in cases:
        body = {"work": "repair", "summary": "报修", "channel": "hotline", "customer_id": own, **wrong}
        refused = await xxx.post("/orders", body, by="clerk")
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, code), refused.text
        assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert await xxx.facts("customer.order_opened") == []
    denied = await xxx.taken("repair", own, by="crew")
    assert denied.status_code == 403


async def test_the_posts_and_the_check_list_that_a_promise_names_are_enforced(xxx: Bench) -> None:
    order = await xxx.open("repair", await xxx.customer("vip"))
    order = await xxx.step(order, "dispatch", {"assigned_ids": [xxx.person("crew")]}, by="agent")
    alone = await xxx.take(order, "arrive", by="crew")
    assert (alone.status_code, alone.json()["code"]) == (422, "order_post_missing")
    assert "维修班长" in alone.json()["errors"][0]["message"]
    order = await xxx.step(order, "arrive", {"present_ids": [xxx.person("leader")]}, by="crew")
    forgotten = await xxx.take(order, "complete", {"done": ["手续办妥"]}, by="crew")
    assert (forgotten.json()["code"], forgotten.json()["errors"][0]["pointer"]) == ("order_done_missing", "/done")
    assert (await xxx.row(order))["state"] == "arrived"
    order = await xxx.step(order, "complete", {"done": ["手续办妥", "气卡办好"]}, by="crew")
    assert order["state"] == "completed"


async def test_leaders_must_come_to_the_scene_and_their_absence_is_said(xxx: Bench) -> None:
    order = await xxx.open("emergency_repair", await xxx.customer("vip", "unit"), place="street")
    assert order["demands"]["led_by"] == ["leader_in_charge", "customer_service_head"]
    crew = {"assigned_ids": [xxx.person("emergency")], "team": "repair_1"}
    order = await xxx.step(await xxx.step(order, "dispatch", crew, by="office"), "arrive")
    wrong = await xxx.take(order, "attend", {"present_ids": [xxx.person("networkhead")]}, by="deputy")
    assert wrong.json()["code"] == "order_post_missing"
    order = await xxx.step(order, "attend", {"present_ids": [xxx.person("head")]}, by="deputy")
    assert order["attended_posts"] == ["customer_service_head"]
    assert order["attended_at"] is None
    without = await xxx.take(order, "complete")
    assert (without.json()["code"], "分管领导" in without.text) == ("order_post_missing", True)
    order = await xxx.step(order, "complete", {"attendance_missed_reason": "分管领导出差"})
    assert (await xxx.clock(order, "attendance"))["state"] == "running"
    (done,) = await xxx.facts("customer.order_completed")
    assert done["is_late_attendance"] is True
    assert done["is_emergency"] is True


async def test_an_inspection_of_a_vip_person_is_arranged_by_the_leader_in_charge(xxx: Bench) -> None:
    order = await xxx.open("safety_inspection", await xxx.customer("vip"))
    crew = {"assigned_ids": [xxx.person("leader")]}
    by_other = await xxx.take(order, "dispatch", {**crew, "arranged_by_id": xxx.person("head")}, by="office")
    assert by_other.json()["errors"][0]["pointer"] == "/arranged_by_id"
    sent = await xxx.step(order, "dispatch", crew, by="office")
    refused = await xxx.take(sent, "arrive")
    assert refused.json()["code"] == "order_post_missing"
    sent = await xxx.step(sent, "dispatch", {**crew, "arranged_by_id": xxx.person("deputy")}, by="office")
    assert (await xxx.step(sent, "arrive"))["state"] == "arrived"


async def test_a_solution_becomes_a_clock_and_waiting_stops_only_what_may_wait(xxx: Bench) -> None:
    order = await xxx.open("repair", await xxx.customer("vip", "unit"), place="indoor")
    order = await xxx.step(await xxx.arrive(order), "impede", {"reason": "表具停产"})
    past = {"solution": "换表", "due_at": (xxx.now - timedelta(hours=1)).isoformat()}
    refused = await xxx.take(order, "solution", past)
    assert refused.json()["code"] == "order_solution_due_invalid"
    order = await xxx.step(order, "solution", {**past, "due_at": (xxx.now + timedelta(days=2)).isoformat()})
    assert (await xxx.clock(order, "solution_due"))["state"] == "running"
    unknown = await xxx.take(order, "pause", {"reason": "tired"})
    assert unknown.json()["code"] == "order_code_unknown"
    order = await xxx.step(order, "pause", {"reason": "wait_customer"})
    paused = {one["metric"] for one in order["clocks"] if one["state"] == "paused"}
    assert paused == {"completion"}
    order = await xxx.step(order, "resume")
    order = await xxx.step(order, "cancel", {"reason": "customer_withdrew"}, by="office")
    assert order["state"] == "cancelled"
    assert (await xxx.clock(order, "solution"))["state"] == "met"
    assert (await xxx.clock(order, "solution_due"))["state"] == "cancelled"


async def test_a_repeated_entry_within_the_window_is_recognised(xxx: Bench) -> None:
    customer = await xxx.customer("general")
    first = await xxx.complete(await xxx.arrive(await xxx.open("repair", customer), is_entered=True))
    again = await xxx.step(await xxx.arrive(await xxx.open("repair", customer)), "enter")
    assert again["is_repeat_entry"]
    assert again["repeat_of_id"] == first["id"]
    other = await xxx.arrive(await xxx.open("meter_reading", customer), is_entered=True)
    assert not other["is_repeat_entry"]
    await xxx.runtime.hot.execute(
        "update service_orders set entered_at = entered_at - interval '31 days' where company = $1", xxx.gas.code
    )
    late = await xxx.arrive(await xxx.open("repair", customer), is_entered=True)
    assert not late["is_repeat_entry"]


async def test_fifty_completions_at_once_complete_once(xxx: Bench) -> None:
    order = await xxx.arrive(await xxx.open("repair", await xxx.customer("general")))
    answers = await asyncio.gather(*(xxx.take(order, "complete") for _ in range(50)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [412] * 49
    stale = next(answer.json() for answer in answers if answer.status_code == 412)
    assert stale["code"] == "stale_version"
    assert len(await xxx.facts("customer.order_completed")) == 1
    assert (await xxx.row(order))["version"] == order["version"] + 1


async def test_orders_are_seen_by_those_who_were_sent_and_their_leaders(xxx: Bench) -> None:
    order = await xxx.open("repair", await xxx.customer("general"))
    path = f"/v1/orders/{order['id']}"
    seen = {}
    order = await xxx.dispatch(order)
    for login in ("crew", "leader", "head", "networkhead", "emergency", "agent", "meterreader"):
        seen[login] = (await xxx.client.get(path, headers=xxx.gas.headers(login))).status_code
    assert seen == {
        "crew": 200, "leader": 200, "head": 200, "networkhead": 404, "emergency": 404, "agent": 200,
        "meterreader": 404,
    }  # fmt: skip
    grant = await xxx.done(f"/orders/{order['id']}/contact", {"reason": "到场前联系"}, by="crew")
    assert grant["customer_id"] == order["customer_id"]
    assert grant["grant"].count(".") == 2
    hidden = await xxx.post(f"/orders/{order['id']}/contact", {"reason": "好奇"}, by="emergency")
    assert hidden.status_code == 404
    order = await xxx.complete(await xxx.step(order, "arrive"))
    over = await xxx.post(f"/orders/{order['id']}/contact", {"reason": "回访"}, by="crew")
    assert (over.status_code, over.json()["code"]) == (409, "order_without_contact")
