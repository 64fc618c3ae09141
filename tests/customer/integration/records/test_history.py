"""Who changed which field when; personal values are not kept, and two clerks do not overwrite each other."""

import asyncio
from uuid import UUID

from tests.customer.integration.records.desk import Desk, Json


async def test_each_field_is_kept_with_its_author_and_nothing_personal(desk: Desk) -> None:
    made = await desk.customer()
    at = f"/customers/{made['id']}"
    await desk.patch(at, {"name": "欧阳大明", "district": "西城区", "capacity_m3_day": "2.50", "tags": ["official"]}, 1)
    await desk.post(f"{at}/phones", {"phone": "10099999999"})
    await desk.patch(f"{at}/premises/{made['premises'][0]['id']}", {"room": "302", "city": "江城市"}, 3)
    assert await desk.history(made["id"]) == [
        ("premises", "changed", "room", None, None),
        ("premises", "changed", "city", "云湖市", "江城市"),
        ("premises", "changed", "address", None, None),
        ("phone", "entered", None, None, None),
        ("tag", "entered", "tag", None, "official"),
        ("customer", "changed", "district", "东城区", "西城区"),
        ("customer", "changed", "tags", "[]", '["official"]'),
        ("customer", "changed", "capacity_m3_day", None, "2.5"),
        ("customer", "changed", "name", None, None),
        ("customer", "entered", None, None, None),
    ]
    page = await desk.get(f"{at}/history?limit=3")
    newest = page["items"][0]
    assert (newest["version"], newest["is_personal"]) == (4, True)
    assert str(UUID(newest["actor"])) == newest["actor"]
    rest = await desk.get(f"{at}/history?limit=3&cursor={page['next_cursor']}")
    assert rest["items"][0]["subject"] == "phone"
    shown = await desk.get(at)
    assert shown["registered_by"] == newest["actor"] == shown["updated_by"]
    await desk.get(f"/customers/{UUID(int=1)}/history", status=404)


async def test_two_clerks_on_one_customer_one_wins_and_the_other_hears_the_version_of_now(desk: Desk) -> None:
    made = await desk.customer()
    path = f"/v1/customers/{made['id']}"
    answers = await asyncio.gather(
        *(
            desk.client.patch(path, json={"district": name}, headers=desk.headers("clerk", 1))
            for name in ("西城区", "南城区")
        )
    )
    lost, won = sorted(answers, key=lambda one: one.status_code, reverse=True)
    assert (won.status_code, lost.status_code) == (200, 412)
    assert (lost.json()["code"], lost.headers["ETag"]) == ("customer_stale", '"2"')
    assert "2" in lost.json()["detail"]
    assert (await desk.state(made["id"]))["district"] == won.json()["district"]


async def test_contact_persons_are_found_by_telephone_masked_and_withdrawn(desk: Desk) -> None:
    made = await desk.customer()
    at = f"/customers/{made['id']}"
    body = {"name": "张物业", "relation": "property", "title": "经理", "phone": "10066667777"}
    unknown = await desk.post(f"{at}/contact-persons", {**body, "relation": "friend"}, status=422)
    assert (unknown["code"], unknown["errors"][0]["pointer"]) == ("unknown_policy_code", "/relation")
    shown = await desk.post(f"{at}/contact-persons", {**body, "is_reachable_in_emergency": True})
    (person,) = shown["contact_persons"]
    assert (person["name"], person["phone"], person["is_reachable_in_emergency"]) == ("张*", "100****7777", True)
    for asked in ("10066667777", "7777"):
        assert [card["id"] for card in (await desk.get(f"/customers?phone={asked}"))["items"]] == [made["id"]]
    asks: tuple[tuple[Json, str], ...] = (
        ({"field": "phone", "phone_id": person["id"]}, "10066667777"),
        ({"field": "name", "person_id": person["id"]}, "张物业"),
    )
    for ask, value in asks:
        shown = await desk.post(f"{at}/reveal", {**ask, "reason": "call_back"}, role="agent", status=200)
        assert [one["value"] for one in shown["values"]] == [value]
    stored = await desk.rig.rows("select cipher from contact_persons where company = :c", c=desk.company)
    assert "6666" not in stored[0]["cipher"]
    await desk.post(f"{at}/contact-persons/{person['id']}/withdraw", version=2, status=200)
    assert (await desk.get("/customers?phone=10066667777"))["items"] == []
    again = await desk.post(f"{at}/contact-persons/{person['id']}/withdraw", version=3, status=409)
    assert again["code"] == "belonging_ended"
