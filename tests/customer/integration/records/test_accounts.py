"""An account opens, passes to another holder and closes; what is open is settled first, who held it before stays."""

from typing import Any
from uuid import UUID

from tests.customer.integration.records.desk import Desk, Json


def step(desk: Desk, **more: Any) -> Json:
    return {"effective_on": desk.today.isoformat(), **more}


async def test_an_account_opens_once_its_records_are_complete(desk: Desk) -> None:
    made = await desk.customer(meter=None)
    at = f"/customers/{made['id']}"
    assert (made["account_state"], made["account_opened_on"]) == ("none", None)
    incomplete = await desk.post(f"{at}/account/open", step(desk), version=1, status=422)
    assert (incomplete["code"], [one["pointer"] for one in incomplete["errors"]]) == ("opening_incomplete", ["/meter"])
    await desk.post(f"{at}/meters", {"number": "A1"})
    ahead = await desk.post(f"{at}/account/open", {"effective_on": "2027-01-01"}, version=2, status=422)
    assert ahead["code"] == "day_out_of_range"
    stale = await desk.post(f"{at}/account/open", step(desk), version=1, status=412)
    assert stale["code"] == "customer_stale"
    key = "open-once"
    opened = await desk.post(f"{at}/account/open", step(desk), version=2, key=key)
    assert await desk.post(f"{at}/account/open", step(desk), version=2, key=key) == opened
    assert (opened["kind"], opened["version"]) == ("opened", 3)
    shown = await desk.get(at)
    assert (shown["account_state"], shown["account_opened_on"]) == ("open", desk.today.isoformat())
    assert await desk.facts(made["id"], since=2) == ["customer.updated", "customer.account_opened"]
    again = await desk.post(f"{at}/account/open", step(desk), version=3, status=409)
    assert again["code"] == "account_open"


async def test_a_transfer_settles_the_meter_and_keeps_the_former_holder(desk: Desk) -> None:
    made = await desk.customer(tags=["official"])
    at, meter = f"/customers/{made['id']}", made["meters"][0]["id"]
    await desk.post(f"{at}/contact-persons", {"name": "王五", "relation": "family", "phone": "10077777777"})
    person = {"premises_id": made["premises"][0]["id"], "name": "王奶奶", "kind": "old"}
    await desk.post(f"{at}/vulnerable-persons", person)
    holder = {"name": "诸葛小亮", "identity": "护照E99999999", "phones": ["10088888888", "10012345678"]}
    early = await desk.post(f"{at}/account/transfer", step(desk, **holder), version=3, status=409)
    assert early["code"] == "account_not_open"
    await desk.post(f"{at}/account/open", step(desk), version=3)
    before = await desk.state(made["id"])
    unread = await desk.post(f"{at}/account/transfer", step(desk, **holder), version=4, status=409)
    assert (unread["code"], unread["errors"][0]["pointer"]) == ("account_unsettled", "/readings")
    assert await desk.state(made["id"]) == before
    said = step(desk, **holder, readings=[{"meter_id": meter, "reading": "120"}], reason="房屋买卖")
    done = await desk.post(f"{at}/account/transfer", said, version=4)
    assert (done["kind"], done["former_name"], done["readings"]) == (
        "transferred",
        "欧阳**",
        [{"meter_id": meter, "reading": 120.0}],
    )
    shown = await desk.get(at)
    assert (shown["name"], shown["tags"], shown["version"]) == ("诸葛**", [], 5)
    assert [(one["phone"], one["is_primary"]) for one in shown["phones"] if one["state"] == "active"] == [
        ("100****8888", True),
        ("100****5678", False),
    ]
    assert [one["state"] for one in shown["contact_persons"]] == ["withdrawn"]
    assert (shown["meters"][0]["last_reading"], shown["meters"][0]["state"]) == (120.0, "in_use")
    assert [one["id"] for one in (await desk.get("/customers?q=诸葛小亮"))["items"]] == [made["id"]]
    facts = await desk.facts(made["id"], since=4)
    assert facts == ["customer.updated", "customer.account_transferred", "customer.vulnerable_person_ended"]
    (kept,) = await desk.rig.rows(
        "select former_name, former_identity_cipher from account_changes where id = :id", id=UUID(done["id"])
    )
    assert kept["former_name"] == "欧阳小明"
    assert "E12345678" not in kept["former_identity_cipher"]
    whole = await desk.rig.rows(
        "select to_jsonb(t)::text as whole from outbox t where company = :c union all"
        " select to_jsonb(t)::text from audit t where company = :c union all"
        " select to_jsonb(t)::text from customer_changes t where company = :c",
        c=desk.company,
    )
    assert not any(name in row["whole"] for row in whole for name in ("欧阳", "诸葛", "王奶奶", "E99999999", "8888888"))


async def test_closing_is_refused_with_open_things_and_then_stops_the_gas(desk: Desk) -> None:
    made = await desk.customer()
    at, meter = f"/customers/{made['id']}", made["meters"][0]["id"]
    await desk.post(f"{at}/account/open", step(desk), version=1)
    contract = {"number": "HT-1", "kind": "relocation", "signed_on": "2026-11-01", "due_on": "2026-12-01"}
    signed = await desk.post(f"{at}/contracts", contract, role="keeper")
    refused = await desk.patch(at, {"standing": "closed"}, 3, status=409)
    assert refused.json()["code"] == "account_step_required"
    unsettled = await desk.post(f"{at}/account/close", step(desk), version=3, status=409)
    assert [one["code"] for one in unsettled["errors"]] == ["last_reading_missing", "contract_open"]
    reading = {"readings": [{"meter_id": meter, "reading": "50"}]}
    still = await desk.post(f"{at}/account/close", step(desk, **reading), version=3, status=409)
    assert [one["code"] for one in still["errors"]] == ["contract_open"]
    foreign = {"readings": [{"meter_id": made["id"], "reading": "50"}]}
    wrong = await desk.post(f"{at}/account/close", step(desk, **foreign), version=3, status=422)
    assert (wrong["code"], wrong["errors"][0]["pointer"]) == ("reading_invalid", "/readings/0/meter_id")
    await desk.post(
        f"/contracts/{signed['id']}/end", {"reason": "取消", "is_cancelled": True}, role="keeper", version=1, status=200
    )
    await desk.post(f"{at}/account/close", step(desk, **reading), version=4)
    shown = await desk.get(at)
    assert (shown["standing"], shown["account_state"], shown["meters"][0]["state"]) == ("closed", "closed", "removed")
    assert (shown["meters"][0]["last_reading"], shown["premises"][0]["state"]) == (50.0, "stopped")
    assert await desk.facts(made["id"], since=4) == ["customer.updated", "customer.account_closed"]
    kinds = [one["kind"] for one in (await desk.get(f"{at}/account-changes"))["items"]]
    assert kinds == ["closed", "opened"]
    await desk.post(f"{at}/meters", {"number": "A2"})
    await desk.post(f"{at}/account/open", step(desk), version=6)
    again = await desk.get(at)
    assert (again["standing"], again["premises"][0]["state"]) == ("active", "in_use")
