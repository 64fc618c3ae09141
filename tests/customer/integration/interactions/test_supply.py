"""Interruptions: notice in time, who is affected, restoration, hours lost, special care."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from services.customer.supply.service import figures
from tests.customer.integration.conftest import Rig
from tests.customer.integration.interactions.desk import Desk, refused
from tests.support.packs import policy_of

PATH = "/v1/supply-interruptions"


def plan(hours: int, **more: Any) -> dict[str, Any]:
    start = datetime.now(UTC) + timedelta(hours=hours)
    said = {
        "kind": "planned",
        "cause": "maintenance",
        "description": "更换阀门",
        "area": {"community": "锦绣家园"},
        "planned_from": start.isoformat(),
        "expected_until": (start + timedelta(hours=6)).isoformat(),
    }
    return {**said, **more}


async def test_a_planned_interruption_is_announced_started_and_restored(desk: Desk) -> None:
    one, two = await desk.home(building="1"), await desk.home(building="2", tags=("vulnerable",))
    vip = await desk.home(building="2", tier="vip")
    await desk.home(community="别处")
    made = await desk.done(PATH, plan(72), "leader")
    path = f"{PATH}/{made['id']}"
    notice = (await desk.clocks(path, "leader"))["notice"]
    lead = datetime.fromisoformat(made["planned_from"]) - datetime.fromisoformat(notice["deadline_at"])
    assert timedelta(hours=48) <= lead <= timedelta(hours=48, minutes=1)
    unknown = await desk.post(f"{path}/announce", {"channels": ["drum"]}, "leader", version=1)
    assert refused(unknown) == (422, "unknown_supply_code", "/channels/0")
    told = await desk.done(f"{path}/announce", {"channels": ["sms", "posted"]}, "leader", version=1)
    assert (told["customers"], told["special_customers"], told["state"]) == (3, 2, "announced")
    assert (await desk.clocks(path, "leader"))["notice"]["state"] == "met"
    special = (await desk.get(f"{path}/customers?is_special=true", "agent"))["items"]
    assert {item["customer_id"] for item in special} == {str(two.customer), str(vip.customer)}
    care = f"{path}/customers/{two.customer}/care"
    assert (await desk.done(care, {"note": "已上门告知"}, "agent"))["cared_by"] == str(desk.gas.person("agent"))
    assert refused(await desk.post(care, {"note": "再次"}, "agent"))[:2] == (409, "interruption_already_cared")
    nobody = await desk.post(f"{path}/customers/{uuid4()}/care", {"note": "无"}, "agent")
    assert refused(nobody)[:2] == (404, "customer_not_interrupted")
    await desk.home(building="1")
    off = await desk.done(f"{path}/start", {}, "leader", version=2)
    assert (off["state"], off["customers"]) == ("started", 3)
    part = await desk.done(f"{path}/restore", {"premises_ids": [str(one.premises)]}, "leader", version=3)
    assert (part["state"], part["restored_at"]) == ("started", None)
    early = {"restored_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert refused(await desk.post(f"{path}/restore", early, "leader", version=4)) == (
        422,
        "interruption_times",
        "/restored_at",
    )
    assert refused(await desk.post(f"{path}/restore", {}, "leader", version=3))[0] == 412
    back = await desk.done(f"{path}/restore", {}, "leader", version=4)
    assert back["state"] == "restored"
    assert (await desk.clocks(path, "leader"))["restoration"]["state"] == "met"
    assert [fact for fact in await desk.facts() if fact.startswith("customer.interruption")] == [
        "customer.interruption_planned",
        "customer.interruption_announced",
        "customer.interruption_started",
        "customer.interruption_restored",
    ]
    assert refused(await desk.post(f"{path}/cancel", {"reason": "晚"}, "leader", version=5))[:2] == (
        409,
        "interruption_step_not_allowed",
    )
    shown = (await desk.get(f"/v1/customers/{one.customer}/timeline", "agent"))["items"]
    assert [(entry["title"], entry["reference"]) for entry in shown] == [("interruption.restored", path)]


async def test_a_plan_that_is_not_announced_in_time_breaches_and_bad_plans_are_refused(desk: Desk) -> None:
    made = await desk.done(PATH, plan(1), "leader")
    path = f"{PATH}/{made['id']}"
    clock = (await desk.clocks(path, "leader"))["notice"]
    await desk.sweep_at(datetime.fromisoformat(clock["deadline_at"]) + timedelta(seconds=1))
    clock = (await desk.clocks(path, "leader"))["notice"]
    assert clock["state"] == "breached"
    why = await desk.get(f"{path}/clocks/{clock['id']}/explanation", "leader")
    assert why["clause"] == "supply-notice"
    unused = await desk.post(f"{path}/announce", {"channels": ["sms"]}, "leader", version=1)
    assert refused(unused) == (422, "interruption_area", "/area")
    assert (await desk.get(path, "leader"))["state"] == "planned"
    await desk.done(f"{path}/cancel", {"reason": "改期"}, "leader", version=1)
    for body, code, pointer in (
        (plan(-1), "interruption_times", "/planned_from"),
        (plan(5, expected_until=None), "interruption_times", "/expected_until"),
        (plan(5, cause="magic"), "unknown_supply_code", "/cause"),
        (plan(5, area={}), "interruption_area", "/area"),
        (plan(5, area={"building": "1", "district": "东城区"}), "interruption_area", "/area/community"),
    ):
        assert refused(await desk.post(PATH, body, "leader")) == (422, code, pointer)
    assert (await desk.post(PATH, plan(5), "agent")).status_code == 403


async def test_hours_lost_lower_the_continuity_of_the_tier(desk: Desk, rig: Rig) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    one = await desk.home(since=now - timedelta(hours=100))
    await desk.home(community="别处", since=now - timedelta(hours=100))
    await desk.home(tier="vip", community="别处", since=now - timedelta(hours=100))
    body = {
        "kind": "unplanned",
        "cause": "leak",
        "description": "挖断管道",
        "area": {"premises_ids": [str(one.premises)]},
        "started_at": (now - timedelta(hours=10)).isoformat(),
    }
    made = await desk.done(PATH, body, "leader")
    assert (made["state"], made["customers"]) == ("started", 1)
    clock = (await desk.clocks(f"{PATH}/{made['id']}", "leader"))["restoration"]
    assert datetime.fromisoformat(clock["deadline_at"]) == now + timedelta(hours=14)
    back = {"restored_at": (now - timedelta(hours=5)).isoformat()}
    await desk.done(f"{PATH}/{made['id']}/restore", back, "leader", version=1)
    policy = policy_of("xxx-gas", desk.gas.code)
    async with rig.sessions.begin() as session:
        rows = await figures.continuity(session, policy, from_at=now - timedelta(hours=20), until_at=now, now=now)
    shown = {row["tier"]: (row["numerator"], row["denominator"]) for row in rows}
    assert shown == {"general": (35 * 60, 40 * 60), "vip": (20 * 60, 20 * 60)}
    async with rig.sessions.begin() as session:
        rows = await figures.continuity(
            session, policy, from_at=now - timedelta(hours=7), until_at=now - timedelta(hours=6), now=now
        )
    assert {row["tier"]: row["numerator"] for row in rows} == {"general": 60, "vip": 60}


async def test_a_customer_s_interruptions_are_those_that_take_his_gas(desk: Desk) -> None:
    here, there = await desk.home(building="1"), await desk.home(community="别处")
    made = await desk.done(PATH, plan(72, area={"community": "锦绣家园", "building": "1"}), "leader")
    named = await desk.done(PATH, plan(96, area={"premises_ids": [str(here.premises)]}), "leader")

    async def ids(customer_id: object, login: str = "agent") -> list[str]:
        page = await desk.get(f"{PATH}?customer_id={customer_id}", login)
        return [item["id"] for item in page["items"]]

    assert await ids(here.customer) == [named["id"], made["id"]]
    assert await ids(there.customer) == await ids(uuid4()) == []
    await desk.done(f"{PATH}/{made['id']}/announce", {"channels": ["sms"]}, "leader", version=1)
    later = await desk.home(building="1")
    assert await ids(here.customer) == [named["id"], made["id"]]
    assert await ids(later.customer) == [], "who is affected was fixed when they were told"
