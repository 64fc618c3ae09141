"""Visits: entered, not at home, refused; the next attempt; what counts for the order."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from tests.customer.integration.safety.conftest import Inspectors, refused


async def test_attempts_are_numbered_spaced_and_end_and_an_entry_begins_anew(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    first = await xxx.visited(home, "not_at_home", visited_at=xxx.ago(days=3))
    due = date.fromisoformat(first["next_attempt_on"])
    assert (first["attempt"], first["is_exhausted"], first["order_id"]) == (1, False, None)
    waiting = await xxx.get("/safety-inspections", due_by=due.isoformat())
    assert [one["id"] for one in waiting["items"]] == [first["id"]]
    early = await xxx.get("/safety-inspections", due_by=(due - timedelta(days=1)).isoformat())
    assert early["items"] == []
    refusal = await xxx.visited(home, "refused", visited_at=xxx.ago(days=2))
    assert (refusal["attempt"], refusal["is_exhausted"]) == (2, False)
    assert (await xxx.get(f"/safety-inspections/{first['id']}"))["is_followed"]
    again = await xxx.visited(home, "refused", visited_at=xxx.ago(days=1))
    assert (again["attempt"], again["is_exhausted"], again["next_attempt_on"]) == (3, True, None)
    entered = await xxx.visited(home, visited_at=xxx.ago(hours=1), equipment_checked=2)
    assert (entered["attempt"], entered["next_attempt_on"]) == (4, None)
    anew = await xxx.visited(home, "refused")
    assert (anew["attempt"], anew["is_exhausted"]) == (1, False)
    found = await xxx.get("/safety-inspections", customer_id=home, outcome="refused")
    assert [one["id"] for one in found["items"]] == [anew["id"], again["id"], refusal["id"]]
    facts = await xxx.facts("customer.home_inspected")
    assert [(one["outcome"], one["attempt"]) for one in facts] == [
        ("not_at_home", 1),
        ("refused", 2),
        ("refused", 3),
        ("entered", 4),
        ("refused", 1),
    ]
    timeline = (await xxx.get(f"/customers/{home}/timeline", by="agent"))["items"]
    assert timeline[0]["title"] == "inspection.refused"


async def test_a_contradictory_visit_is_refused_and_changes_nothing(xxx: Inspectors) -> None:
    home, other = await xxx.customer("general"), await xxx.customer("general")
    stranger = (await xxx.runtime.hot.fetchval("select id from premises where customer_id = $1", UUID(other))).hex
    order = await xxx.open("safety_inspection", home)
    repair = await xxx.open("repair", home)
    leak = {"kind": "leak", "description": "接口漏气"}
    for body, status, code, pointer in (
        ({"checks": {}}, 422, "safety_visit_invalid", "/checks/alteration"),
        ({"checks": xxx.checks(hose="fail")}, 422, "safety_visit_invalid", "/checks/hose"),
        ({"visited_at": xxx.ago(days=-1)}, 422, "safety_visit_invalid", "/visited_at"),
        ({"premises_id": stranger}, 422, "safety_place_invalid", "/premises_id"),
        ({"customer_id": str(uuid4())}, 422, "safety_place_invalid", "/customer_id"),
        ({"customer_id": other, "order_id": order["id"]}, 422, "safety_place_invalid", "/customer_id"),
        ({"order_id": repair["id"]}, 422, "safety_place_invalid", "/order_id"),
        ({"order_id": str(uuid4())}, 404, "order_not_found", ""),
        ({"present_ids": [str(uuid4())]}, 422, "safety_staff_unknown", "/present_ids/0"),
        ({"file_ids": [await xxx.file("clerk")]}, 422, "hazard_proof_invalid", "/file_ids"),
        ({"hazards": [leak]}, 422, "hazard_invalid", "/hazards/0/is_gas_stopped"),
        ({"hazards": [leak | {"kind": "magic"}]}, 422, "hazard_invalid", "/hazards/0/kind"),
        ({"hazards": [leak | {"equipment_id": str(uuid4())}]}, 422, "safety_place_invalid", "/hazards/0/equipment_id"),
    ):
        answer = await xxx.try_visit(home, by="office", **body)
        assert answer.status_code == status, (body, answer.text)
        found = refused(answer)
        assert found[1] == code, (body, answer.text)
        if status == 422:
            pointers = [one["pointer"] for one in answer.json()["errors"]]
            assert pointer in pointers, (body, pointers)
    notice = await xxx.try_visit(home, "refused", is_notice_left=False)
    assert refused(notice) == (422, "safety_visit_invalid", "/is_notice_left")
    denied = await xxx.post("/safety-inspections", {}, by="auditor")
    assert denied.status_code == 403
    assert (await xxx.get("/safety-inspections"))["items"] == []
    assert await xxx.facts("customer.home_inspected", "customer.hazard_found") == []


async def test_the_entry_is_the_orders_and_only_whoever_may_see_the_order_records_it(xxx: Inspectors) -> None:
    home = await xxx.customer("vip")
    order = await xxx.open("safety_inspection", home)
    hidden = await xxx.try_visit(home, "not_at_home", order_id=order["id"], by="leader")
    assert refused(hidden)[:2] == (404, "order_not_found")
    missed = await xxx.visited(home, "not_at_home", order_id=order["id"], by="office")
    assert (missed["order_id"], missed["attempt"]) == (order["id"], 1)
    soon = await xxx.try_visit(home, order_id=order["id"], by="office")
    assert refused(soon)[:2] == (409, "order_step_not_allowed")
    order = await xxx.arrive(order)
    visit = await xxx.visited(home, order_id=order["id"], by="leader")
    row = await xxx.row(order)
    assert row["entered_at"] is not None
    assert visit["attempt"] == 2
    assert [one["order_id"] for one in await xxx.facts("customer.order_entered")] == [order["id"]]
