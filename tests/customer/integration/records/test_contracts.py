"""Contracts: their capacity becomes the customer's, their due date runs as a clock, kept or not."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.customer.accounts.service import contracts
from tests.customer.integration.records.desk import Desk, Json


def contract(**more: Any) -> Json:
    return {
        "number": f"HT-{more.pop('n', 1)}",
        "kind": "installation",
        "signed_on": "2026-11-20",
        "due_on": "2026-11-25",
        **more,
    }


async def clock_of(desk: Desk, contract_id: str) -> Json:
    (clock,) = (await desk.get(f"/contracts/{contract_id}/clocks"))["items"]
    return dict(clock)


async def test_a_contract_raises_the_capacity_and_starts_its_clock(desk: Desk) -> None:
    made = await desk.customer(kind="commercial", capacity_m3_day="300")
    at = f"/customers/{made['id']}/contracts"
    for wrong, code, pointer in (
        ({"kind": "marriage"}, "unknown_policy_code", "/kind"),
        ({"due_on": None}, "works_due_mismatch", "/due_on"),
        ({"kind": "supply"}, "works_due_mismatch", "/due_on"),
        ({"due_on": "2026-11-01"}, "day_out_of_range", "/due_on"),
        ({"signed_on": "2026-12-01", "due_on": "2026-12-02"}, "day_out_of_range", "/signed_on"),
    ):
        refused = await desk.post(at, contract(**wrong), role="keeper", status=422)
        assert (refused["code"], refused["errors"][0]["pointer"]) == (code, pointer), wrong
    signed = await desk.post(at, contract(capacity_m3_day="600"), role="keeper")
    assert (signed["state"], signed["is_kept"], signed["tier"]) == ("signed", None, "general")
    assert (await desk.get(f"/customers/{made['id']}"))["capacity_m3_day"] == 600.0
    assert await desk.facts(made["id"], since=1) == [
        "customer.updated",
        "customer.capacity_raised",
        "customer.contract_signed",
    ]
    clock = await clock_of(desk, signed["id"])
    assert (clock["metric"], clock["state"], clock["clause"]) == ("works", "running", "contract-due")
    assert datetime.fromisoformat(clock["deadline_at"]) == datetime(2026, 11, 25, 16, tzinfo=UTC)
    why = await desk.get(f"/contracts/{signed['id']}/clocks/{clock['id']}/explanation")
    assert why["clause"] == "contract-due"
    taken = await desk.post(at, contract(), role="keeper", status=409)
    assert taken["code"] == "contract_number_taken"
    async with desk.rig.sessions.begin() as session:
        due = await contracts.works_due(session, [desk.company], customer_id=UUID(made["id"]), kinds=["installation"])
    assert due == datetime(2026, 11, 25, 16, tzinfo=UTC)


async def test_a_contract_is_kept_when_its_works_are_done_by_the_due_date(desk: Desk) -> None:
    made = await desk.customer()
    at = f"/customers/{made['id']}/contracts"
    signed = await desk.post(at, contract(), role="keeper")
    path = f"/contracts/{signed['id']}"
    moved = (await desk.patch(path, {"due_on": "2026-11-22"}, 1, role="keeper")).json()
    assert (moved["due_on"], moved["version"]) == ("2026-11-22", 2)
    clock = await clock_of(desk, signed["id"])
    assert datetime.fromisoformat(clock["deadline_at"]) == datetime(2026, 11, 22, 16, tzinfo=UTC)
    stale = await desk.post(f"{path}/fulfil", {"fulfilled_on": "2026-11-22"}, role="keeper", version=1, status=412)
    assert stale["code"] == "contract_stale"
    ahead = await desk.post(f"{path}/fulfil", {"fulfilled_on": "2026-11-23"}, role="keeper", version=2, status=422)
    assert ahead["code"] == "day_out_of_range"
    done = await desk.post(f"{path}/fulfil", {"fulfilled_on": "2026-11-22"}, role="keeper", version=2, status=200)
    assert (done["state"], done["is_kept"]) == ("fulfilled", True)
    assert (await clock_of(desk, signed["id"]))["state"] == "met"
    again = await desk.post(f"{path}/fulfil", {"fulfilled_on": "2026-11-22"}, role="keeper", version=3, status=409)
    assert again["code"] == "contract_ended"
    (fact,) = await desk.rig.rows(
        "select payload from outbox where aggregate_id = :id and type = 'customer.contract_fulfilled'",
        id=UUID(made["id"]),
    )
    assert (fact["payload"]["is_kept"], fact["payload"]["tier"]) == (True, "general")


async def test_a_contract_is_broken_when_its_works_are_late_and_its_clock_ends_with_it(desk: Desk) -> None:
    made = await desk.customer()
    at = f"/customers/{made['id']}/contracts"
    late = await desk.post(at, contract(n=2, due_on="2026-11-21"), role="keeper")
    done = await desk.post(
        f"/contracts/{late['id']}/fulfil", {"fulfilled_on": "2026-11-22"}, role="keeper", version=1, status=200
    )
    assert done["is_kept"] is False
    assert (await clock_of(desk, late["id"]))["breached_at"] is not None
    other = await desk.post(at, contract(n=3), role="keeper")
    body = {"reason": "双方解除", "is_cancelled": True}
    ended = await desk.post(f"/contracts/{other['id']}/end", body, role="keeper", version=1, status=200)
    assert (ended["state"], ended["ended_on"]) == ("cancelled", desk.today.isoformat())
    assert (await clock_of(desk, other["id"]))["state"] == "cancelled"
    listed = (await desk.get(f"/contracts?customer_id={made['id']}&state=fulfilled"))["items"]
    assert [one["id"] for one in listed] == [late["id"]]


async def test_a_contract_without_works_has_no_clock_and_a_smaller_one_raises_nothing(desk: Desk) -> None:
    made = await desk.customer(kind="commercial", capacity_m3_day="900")
    at = f"/customers/{made['id']}/contracts"
    supply = await desk.post(at, contract(n=4, kind="supply", due_on=None, capacity_m3_day="500"), role="keeper")
    assert (await desk.get(f"/contracts/{supply['id']}/clocks"))["items"] == []
    assert "customer.capacity_raised" not in await desk.facts(made["id"])
    raised = (await desk.patch(f"/customers/{made['id']}", {"capacity_m3_day": "501"}, 2)).json()
    assert raised["capacity_m3_day"] == 501.0
    assert (await desk.facts(made["id"], since=2)) == ["customer.updated", "customer.capacity_raised"]
