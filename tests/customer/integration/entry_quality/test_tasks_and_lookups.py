"""The keeper's tasks with their clock; look-ups that no work explains."""

from datetime import timedelta
from uuid import UUID

from shared.ids import new_id
from tests.customer.integration.entry_quality.house import House, refusal


async def opened(house: House, customer_id: UUID, *, ago: timedelta = timedelta(0)) -> None:
    await house.insert(
        "account_changes",
        customer_id=customer_id,
        kind="opened",
        effective_on=house.today.from_at.date(),
        recorded_by=str(house.id_of("clerk")),
        recorded_at=house.now - ago,
        version=1,
    )


async def test_an_opened_account_starts_the_keepers_clock_and_entering_stops_it(house: House) -> None:
    await opened(house, await house.customer())
    assert await house.sweep_tasks() == 1
    assert await house.sweep_tasks() == 0
    (task,) = (await house.get("/v1/entry-tasks", "keeper")).json()["items"]
    assert (task["concern"], task["state"], task["source_type"]) == ("master_data", "open", "account_change")
    (clock,) = await house.clocks("entry-tasks", task["id"], "keeper")
    assert (clock["metric"], clock["budget"], clock["clause"]) == ("entry", 1440, "entry-master")
    why = await house.get(f"/v1/entry-tasks/{task['id']}/clocks/{clock['id']}/explanation", "keeper")
    assert (why.status_code, why.json()["clause"]) == (200, "entry-master")
    assert refusal(await house.get(f"/v1/entry-tasks/{task['id']}", "clerk"))[0] == 404
    assert refusal(await house.step("entry-tasks", task, "enter", "office")) == (403, "entry_post_required")
    early = (house.now - timedelta(days=1)).isoformat()
    refused = await house.step("entry-tasks", task, "enter", "keeper", entered_at=early)
    assert refusal(refused) == (422, "entry_time_out_of_range")
    entered = await house.step("entry-tasks", task, "enter", "keeper")
    assert (entered.status_code, entered.json()["state"]) == (200, "entered")
    assert refusal(await house.step("entry-tasks", entered.json(), "enter", "keeper")) == (
        409,
        "entry_step_not_allowed",
    )
    assert (await house.clocks("entry-tasks", task["id"], "keeper"))[0]["state"] == "met"


async def test_a_task_that_waits_is_breached_and_the_keepers_own_change_ends_it(house: House) -> None:
    slow, quick = await house.customer(), await house.customer()
    await opened(house, slow, ago=timedelta(hours=25))
    await opened(house, quick)
    assert await house.sweep_tasks() == 2
    await house.judge_clocks(house.now)
    tasks = (await house.get("/v1/entry-tasks", "keeper")).json()["items"]
    states = {
        task["customer_id"]: (await house.clocks("entry-tasks", task["id"], "keeper"))[0]["state"] for task in tasks
    }
    assert states == {str(slow): "breached", str(quick): "running"}
    await house.insert(
        "customer_changes", customer_id=quick, version=2, at=house.now + timedelta(milliseconds=1), subject="meter",
        actor=str(house.id_of("keeper")), action="entered",
    )  # fmt: skip
    await house.sweep_tasks()
    (done,) = (await house.get("/v1/entry-tasks?state=entered", "keeper")).json()["items"]
    assert (done["customer_id"], done["entered_by"]) == (str(quick), str(house.id_of("keeper")))


async def revealed(house: House, customer_id: UUID, login: str = "agent", **more: object) -> UUID:
    return await house.insert(
        "reveals",
        actor=str(house.id_of(login)),
        customer_id=customer_id,
        field="phone",
        reason="call_back",
        on_date=house.today.from_at.date(),
        at=house.now,
        **more,
    )


async def test_look_ups_without_work_are_explained_and_judged_by_another(house: House) -> None:
    needless, called, granted = await house.customer(), await house.customer(), await house.customer()
    reveal_id = await revealed(house, needless)
    await revealed(house, called)
    await house.contact(called)
    await house.contact(needless, "agent2")  # another's call is no reason
    await revealed(house, granted, grant_id=new_id())
    later = house.now + timedelta(days=1, minutes=5)
    assert await house.sweep_lookups(house.now) == 0
    assert await house.sweep_lookups(later) == 1
    assert await house.sweep_lookups(later) == 0
    (one,) = (await house.get("/v1/needless-lookups", "agent")).json()["items"]
    assert (one["reveal_id"], one["kind"], one["state"]) == (str(reveal_id), "needless_lookup", "open")
    assert (await house.get("/v1/needless-lookups", "agent2")).json()["items"] == []
    assert refusal(await house.step("needless-lookups", one, "accept", "office"))[1] == "entry_step_not_allowed"
    assert (
        refusal(await house.step("needless-lookups", one, "explain", "callhead", explanation="代答"))[1]
        == "data_misuse_not_found"
    )
    explained = (await house.step("needless-lookups", one, "explain", "agent", explanation="客户来过柜台")).json()
    assert explained["state"] == "explained"
    assert (await house.clocks("needless-lookups", one["id"], "agent"))[0]["state"] == "met"
    assert (
        refusal(await house.step("needless-lookups", explained, "confirm", "hotlineleader", reason="无"))[1]
        == "entry_post_required"
    )
    confirmed = await house.step("needless-lookups", explained, "confirm", "callhead", reason="无业务需要")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed"), confirmed.text
    (fact,) = await house.facts("customer.data_misuse_confirmed")
    assert (fact["kind"], fact["person_id"]) == ("needless_lookup", str(house.id_of("agent")))


async def test_a_leak_is_reported_and_not_judged_by_whoever_reported_it(house: House) -> None:
    body = {
        "kind": "leak",
        "person_id": str(house.id_of("agent")),
        "facts": "向外人提供客户电话",
        "happened_at": (house.now - timedelta(hours=1)).isoformat(),
    }
    for change, pointer in (
        ({"kind": "odd"}, "/kind"),
        ({"person_id": str(new_id())}, "/person_id"),
        ({"happened_at": (house.now + timedelta(hours=1)).isoformat()}, "/happened_at"),
    ):
        refused = await house.post("/v1/needless-lookups", body | change, "office")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    one = (await house.post("/v1/needless-lookups", body, "office")).json()
    assert (one["kind"], one["found_by"]) == ("leak", str(house.id_of("office")))
    assert refusal(await house.step("needless-lookups", one, "confirm", "office", reason="属实")) == (403, "own_entry")
    done = await house.step("needless-lookups", one, "confirm", "officestaff", reason="属实")
    assert done.json()["state"] == "confirmed", done.text
    (clock,) = await house.clocks("needless-lookups", one["id"], "office")
    assert clock["state"] == "cancelled"
