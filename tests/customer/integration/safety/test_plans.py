"""Plans of the four packs: made once, ordered at once or by batch, fulfilled by visits, counted."""

import asyncio
from uuid import UUID

from services.customer.safety.service import planning, reading
from tests.customer.integration.safety.conftest import Inspectors, refused


async def test_plans_are_made_once_and_only_vip_orders_open_at_once(xxx: Inspectors) -> None:
    unit, person = await xxx.customer("vip", "unit"), await xxx.customer("vip")
    homes = [await xxx.customer("general") for _ in range(3)]
    assert await xxx.plan() == 6 + 3
    assert await xxx.plan() == 0
    plans = await xxx.plans()
    assert sorted((one["commitment"], one["state"]) for one in plans) == [
        *[("standard_inspection", "planned")] * 3,
        ("vip_person_inspection", "ordered"),
        ("vip_unit_inspection", "ordered"),
        ("vip_unit_inspection_led", "ordered"),
    ]
    assert {one["customer_id"] for one in plans if one["tier"] == "general"} == set(homes)
    (led,) = await xxx.plans(customer_id=unit, is_led=True)
    assert (led["led_by"], led["performed_by"], led["done"]) == (
        ["deputy_gm"],
        ["account_manager"],
        ["检查全部用气设备"],
    )
    order = await xxx.get(f"/orders/{led['order_id']}")
    assert (order["origin"], order["origin_id"], order["details"]["is_led"]) == ("plan", led["id"], True)
    assert order["demands"]["led_by"] == ["deputy_gm", "account_manager"]
    clock = await xxx.clock(order, "attendance")
    assert (clock["deadline_at"][:16], clock["clause"]) == (led["period_until"][:16], "inspection-unit")
    (own,) = await xxx.plans(customer_id=person)
    assert own["arranged_by"] == "leader_in_charge"
    period = f"{xxx.now:%Y}"
    assert len(await xxx.plans(period=period, state="planned")) == 3
    assert await xxx.plans(period="2001-01") == []
    assert refused(
        await xxx.client.get("/v1/safety-plans", params={"period": "morgen"}, headers=xxx.gas.headers("office"))
    )[:2] == (422, "period_invalid")


async def test_a_generation_goes_on_where_it_stopped(xxx: Inspectors) -> None:
    for _ in range(5):
        await xxx.customer("general")
    policy, after, seen = xxx.runtime.policy.policy(xxx.gas.code, xxx.now), None, []
    while True:
        async with xxx.runtime.sessions.begin() as session:
            chunk = await planning.generate_chunk(session, policy, after=after, now=xxx.now, size=2)
        seen.append((chunk.seen, chunk.made))
        after = chunk.last
        if chunk.seen < 2:
            break
    assert seen == [(2, 2), (2, 2), (1, 1)]


async def test_what_a_tier_no_longer_asks_for_is_dropped_and_revived(xxx: Inspectors) -> None:
    home = await xxx.customer("general")
    await xxx.plan()

    async def states(tier: str) -> dict[str, str]:
        await xxx.runtime.hot.execute("update customers set tier = $2 where id = $1", UUID(home), tier)
        await xxx.plan()
        return {one["commitment"]: one["state"] for one in await xxx.plans(customer_id=home)}

    assert await states("vip") == {"standard_inspection": "cancelled", "vip_person_inspection": "ordered"}
    figures = await xxx.get("/safety-plans/figures", period=f"{xxx.now:%Y}")
    assert [(one["tier"], one["denominator"]) for one in figures["entry"]] == [("vip", 1)]
    assert await states("general") == {"standard_inspection": "planned", "vip_person_inspection": "ordered"}


async def test_the_other_packs_plan_too(other: Inspectors) -> None:
    common = [code for code, one in sorted(other.gas.pack.common.tiers.items(), key=lambda item: item[1].rank)]
    first, last = common[0], common[-1]
    top, rest = await other.customer(first, "group"), await other.customer(last)
    await other.plan()
    (own,) = await other.plans(customer_id=rest)
    assert (own["commitment"], own["state"]) == ("standard_inspection", "planned")
    found = await other.plans(customer_id=top)
    assert {one["state"] for one in found} == {"ordered"}
    assert len(found) == (2 if other.gas.pack.code == "chaohu" else 1)


async def test_orders_of_the_rest_open_by_batch_and_district(xxx: Inspectors) -> None:
    homes = [await xxx.customer("general") for _ in range(5)]
    for home in homes[:3]:
        await xxx.district(home, "东城区")
    await xxx.plan()
    body = {"limit": 2, "district": "东城区"}
    headers = xxx.gas.headers("office")
    made = (await xxx.client.post("/v1/safety-plans/open-orders", json=body, headers=headers)).json()
    again = (await xxx.client.post("/v1/safety-plans/open-orders", json=body, headers=headers)).json()
    assert (made["opened"], made["waiting"]) == (2, 1)
    assert again == made
    assert len(await xxx.plans(batch_id=made["id"], district="东城区", state="ordered")) == 2
    two = await asyncio.gather(*(xxx.done("/safety-plans/open-orders", {"limit": 2}, by="office") for _ in range(2)))
    assert sorted(one["opened"] for one in two) in ([1, 2], [0, 2], [1, 1])
    left = await xxx.done("/safety-plans/open-orders", {"limit": 9}, by="office")
    assert left["waiting"] == 0
    ids = [order for one in (made, *two, left) for order in one["order_ids"]]
    assert len(ids) == len(set(ids)) == 5
    over = await xxx.post("/safety-plans/open-orders", {"limit": 101}, by="office")
    assert refused(over) == (422, "safety_batch_too_large", "/limit")
    assert (await xxx.post("/safety-plans/open-orders", {"limit": 1}, by="crew")).status_code == 403
    order = await xxx.get(f"/orders/{ids[0]}")
    await xxx.step(order, "cancel", {"reason": "wrong_entry"}, by="office")
    reopened = await xxx.done("/safety-plans/open-orders", {"limit": 9}, by="office")
    assert reopened["opened"] == 1
    queued = await xxx.client.post("/v1/safety-plans/generate", headers=xxx.gas.headers("office"))
    assert queued.status_code == 202, queued.text


async def test_visits_fulfil_plans_and_are_counted(xxx: Inspectors) -> None:
    unit = await xxx.customer("vip", "unit")
    homes = [await xxx.customer("general") for _ in range(3)]
    await xxx.plan()
    await xxx.visited(homes[0])
    await xxx.visited(homes[1], "refused")
    again = await xxx.visited(homes[1], "refused")
    assert again["is_exhausted"]
    (entered,) = await xxx.plans(customer_id=homes[0])
    assert (entered["state"], entered["inspection_id"] is not None) == ("entered", True)
    (given_up,) = await xxx.plans(customer_id=homes[1])
    assert (given_up["state"], given_up["attempts"], given_up["refusals"]) == ("exhausted", 2, 2)
    year = f"{xxx.now:%Y}"
    figures = await xxx.get("/safety-plans/figures", period=year)
    entry = {one["tier"]: (one["numerator"], one["denominator"], one["refused"]) for one in figures["entry"]}
    assert entry == {"general": (1, 3, 1), "vip": (0, 1, 0)}
    by_commitment = {one["commitment"]: one for one in figures["plans"]}
    assert by_commitment["standard_inspection"]["exhausted"] == 1
    assert by_commitment["vip_unit_inspection_led"]["is_led"]
    (led,) = await xxx.plans(customer_id=unit, is_led=True)
    (monthly,) = await xxx.plans(customer_id=unit, is_led=False)
    order = await xxx.arrive(await xxx.get(f"/orders/{monthly['order_id']}"))
    visit = await xxx.visited(unit, order_id=order["id"], by="office")
    assert (visit["plan_id"], visit["is_led"]) == (monthly["id"], False)
    assert [one["state"] for one in (await xxx.plans(customer_id=unit, is_led=False))] == ["entered"]
    assert (await xxx.get(f"/safety-plans/{led['id']}"))["state"] == "ordered"
    order = await xxx.arrive(await xxx.get(f"/orders/{led['order_id']}"))
    leaders = [xxx.holder("deputy_gm"), xxx.holder("account_manager")]
    visit = await xxx.visited(unit, order_id=order["id"], by="office", present_ids=leaders)
    assert visit["is_led"]
    assert (await xxx.get(f"/safety-plans/{led['id']}"))["state"] == "entered"
    async with xxx.runtime.sessions.begin() as session:
        policy = xxx.runtime.policy.policy(xxx.gas.code, xxx.now)
        from_at, until_at = reading.bounds(policy, year)
        rows = await reading.entry(session, policy, from_at=from_at, until_at=until_at, now=xxx.now)
    assert {row["tier"]: (row["numerator"], row["denominator"]) for row in rows} == {"general": (1, 3), "vip": (1, 1)}
