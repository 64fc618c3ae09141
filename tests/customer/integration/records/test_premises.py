"""Addresses in parts, meters that are exchanged, equipment with its service life, vulnerable persons."""

from datetime import date
from uuid import UUID

from services.customer.premises.jobs import bodies as premises_jobs
from tests.customer.integration.records.desk import Desk
from tests.customer.integration.records.nightly import run_nightly


async def test_an_address_is_made_of_its_parts_and_found_as_before(desk: Desk) -> None:
    made = await desk.customer()
    (premises,) = made["premises"]
    assert (premises["city"], premises["community"], premises["room"]) == ("云湖市", "锦绣家园", "***")
    found = await desk.get("/customers?q=锦绣家园12栋301室")
    assert [card["id"] for card in found["items"]] == [made["id"]]
    path = f"/customers/{made['id']}/premises/{premises['id']}"
    changed = (await desk.patch(path, {"room": "302", "unit": "2"}, 1)).json()
    assert changed["version"] == 2
    assert (await desk.get("/customers?q=12栋2单元302室"))["items"][0]["id"] == made["id"]
    assert (await desk.get("/customers?q=12栋301室"))["items"] == []
    stale = await desk.patch(path, {"room": "303"}, 1, status=412)
    assert (stale.json()["code"], stale.headers["ETag"]) == ("customer_stale", '"2"')
    empty = await desk.post(f"/customers/{made['id']}/premises", {"kind": "shop"}, status=422)
    assert (empty["code"], empty["errors"][0]["pointer"]) == ("address_missing", "/address")


async def test_a_meter_is_exchanged_with_both_readings_and_the_old_row_stays(desk: Desk) -> None:
    made = await desk.customer()
    at, old = f"/customers/{made['id']}", made["meters"][0]
    body = {
        "removed_reading": "812.5",
        "number": "new-1",
        "kind": "ultrasonic",
        "installed_reading": "0.2",
        "reason": "expired",
        "exchanged_on": desk.today.isoformat(),
        "exchanged_by": "0190b6f0-5a4c-7c3e-9f10-2f4f4a6b7c8d",
    }
    path = f"{at}/meters/{old['id']}/exchange"
    for wrong, code, pointer in (
        ({"reason": "whim"}, "unknown_policy_code", "/reason"),
        ({"exchanged_on": "2027-01-01"}, "day_out_of_range", "/exchanged_on"),
    ):
        refused = await desk.post(path, {**body, **wrong}, version=1, status=422)
        assert (refused["code"], refused["errors"][0]["pointer"]) == (code, pointer)
    done = await desk.post(path, body, version=1)
    assert (done["removed_reading"], done["installed_reading"], done["reason"]) == (812.5, 0.2, "expired")
    shown = await desk.get(at)
    gone, hung = sorted(shown["meters"], key=lambda one: one["state"], reverse=True)
    assert (gone["id"], gone["state"], gone["last_reading"], gone["removed_reason"]) == (
        old["id"],
        "removed",
        812.5,
        "expired",
    )
    assert (hung["state"], hung["initial_reading"], hung["replaces_id"]) == ("in_use", 0.2, old["id"])
    assert await desk.facts(made["id"], since=1) == ["customer.updated", "customer.meter_exchanged"]
    assert [one["id"] for one in (await desk.get(f"{at}/meter-exchanges"))["items"]] == [done["id"]]
    again = await desk.post(path, {**body, "number": "new-2"}, version=2, status=409)
    assert again["code"] == "meter_not_in_use"
    second = {**body, "number": "new-3", "removed_reading": "0.1"}
    low = await desk.post(f"{at}/meters/{hung['id']}/exchange", second, version=2, status=422)
    assert (low["code"], low["errors"][0]["pointer"]) == ("reading_too_low", "/removed_reading")
    stale = await desk.post(
        f"{at}/meters/{hung['id']}/exchange", {**second, "removed_reading": "9"}, version=1, status=412
    )
    assert stale["code"] == "customer_stale"
    assert (await desk.state(made["id"]))["version"] == 2


async def test_equipment_has_a_service_life_and_hazards_and_the_overdue_is_listed(desk: Desk) -> None:
    stove = {"kind": "stove", "installed_on": "2016-02-29", "number": "S1"}
    made = await desk.customer(premises={"address": "云湖市人民路1号", "equipment": [stove]})
    at, premises = f"/customers/{made['id']}/equipment", made["premises"][0]
    (old,) = premises["equipment"]
    assert (old["service_years"], old["expires_on"], old["hazards"]) == (8, "2024-02-29", [])
    heater = {"premises_id": premises["id"], "kind": "water_heater", "installed_on": "2025-01-01", "hazards": ["leak"]}
    unknown = await desk.post(at, {**heater, "kind": "rocket"}, status=422)
    assert (unknown["code"], unknown["errors"][0]["pointer"]) == ("unknown_policy_code", "/kind")
    fresh = await desk.post(at, heater)
    assert (fresh["expires_on"], fresh["hazards"]) == ("2033-01-01", ["leak"])
    overdue = (await desk.get("/equipment?is_overdue=true"))["items"]
    assert [(one["id"], one["hazards"]) for one in overdue] == [(old["id"], ["expired"])]
    assert [one["id"] for one in (await desk.get("/equipment?hazard=leak"))["items"]] == [fresh["id"]]
    mended = (await desk.patch(f"{at}/{fresh['id']}", {"hazards": ["tampered"]}, 1, role="meter_reader")).json()
    assert (mended["hazards"], mended["version"]) == (["tampered"], 2)
    stale = await desk.patch(f"{at}/{fresh['id']}", {"hazards": []}, 1, status=412)
    assert stale.headers["ETag"] == '"2"'
    removed = await desk.post(f"{at}/{old['id']}/remove", version=1, status=200)
    assert (removed["state"], removed["hazards"]) == ("removed", [])
    assert (await desk.get("/equipment?is_overdue=true"))["items"] == []
    assert (await desk.post(f"{at}/{old['id']}/remove", version=2, status=409))["code"] == "equipment_removed"


async def test_equipment_that_was_taken_over_gets_its_last_day_by_the_nightly_job(desk: Desk) -> None:
    stove = {"kind": "hose", "installed_on": "2025-06-01"}
    made = await desk.customer(premises={"address": "云湖市人民路1号", "equipment": [stove]})
    owner = UUID(made["id"])
    await desk.rig.rows(
        "update gas_equipment set expires_on = null, service_years = null where customer_id = :id returning 1", id=owner
    )
    await run_nightly(desk, premises_jobs, "equipment_life")
    (row,) = await desk.rig.rows(
        "select expires_on, service_years from gas_equipment where customer_id = :id", id=owner
    )
    assert row == {"expires_on": date(2027, 6, 1), "service_years": 2}


async def test_a_vulnerable_person_is_served_in_the_own_right_and_marks_the_customer(desk: Desk) -> None:
    made = await desk.customer()
    premises, at = made["premises"][0]["id"], f"/customers/{made['id']}/vulnerable-persons"
    body = {"premises_id": premises, "name": "王奶奶", "kind": "old", "until": "2026-12-31", "note": "行动不便"}
    past = await desk.post(at, {**body, "until": "2026-01-01"}, status=422)
    assert (past["code"], past["errors"][0]["pointer"]) == ("day_out_of_range", "/until")
    foreign = await desk.post(at, {**body, "premises_id": made["id"]}, status=404)
    assert foreign["code"] == "premises_not_found"
    person = await desk.post(at, body)
    assert (person["name"], person["tag"], person["state"]) == ("王*", "vulnerable_old", "active")
    assert (await desk.get(f"/customers/{made['id']}"))["tags"] == ["vulnerable", "vulnerable_old"]
    other = await desk.post(at, {**body, "name": "李大爷", "kind": "ill", "until": None})
    listed = (await desk.get("/vulnerable-persons?kind=old"))["items"]
    assert [one["id"] for one in listed] == [person["id"]]
    facts = await desk.rig.rows(
        "select payload from outbox where aggregate_id = :id and type = 'customer.vulnerable_person_recorded'",
        id=UUID(made["id"]),
    )
    assert len(facts) == 2
    assert "王" not in str(facts)
    ended = await desk.post(f"/vulnerable-persons/{other['id']}/end", {"reason": "康复"}, version=1, status=200)
    assert (ended["state"], ended["end_reason"]) == ("ended", "康复")
    assert (await desk.get(f"/customers/{made['id']}"))["tags"] == ["vulnerable", "vulnerable_old"]
    again = await desk.post(f"/vulnerable-persons/{other['id']}/end", {"reason": "x"}, version=2, status=409)
    assert again["code"] == "vulnerable_person_ended"
