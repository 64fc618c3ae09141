"""Who serves whom: assigned by name, confirmed by a second person, replaced, missing, reached in an emergency."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.customer.integration.relations.conftest import Desk, refused
from tests.support.world import World

UNIT = {"name": "云湖热电有限公司", "kind": "industrial", "party": "unit"}
WHY = {"reason": "市场部指定"}


async def vip(desk: Desk, tier: str = "vip", **more: Any) -> dict[str, Any]:
    made = await desk.customer(**{**UNIT, **more})
    await desk.tier(made["id"], tier)
    return made


async def assign(desk: Desk, customer: dict[str, Any], slot: str, *, login: str | None = None, by: str = "head") -> Any:
    staff = {"staff_id": str(desk.gas.person(login))} if login else {}
    return await desk.done(f"/customers/{customer['id']}/service-team", {"slot": slot, **staff, **WHY}, by=by)


async def directory(world: World, desk: Desk, login: str, **said: Any) -> None:
    """The directory says something new of a person."""
    for column, value in said.items():
        cast = "::jsonb" if column == "deputies" else ""
        await desk.pool.execute(
            f"update staff set {column} = $2{cast}, version = version + 1 where id = $1",
            desk.gas.person(login),
            value,
        )
    for app in world.apps:
        if app.state.service == "customer":
            await app.state.runtime.staff.refresh()


async def gaps(desk: Desk, **params: Any) -> list[tuple[str, str]]:
    found = (await desk.get("/service-gaps", by="head", **params))["items"]
    return [(one["slot"], one["kind"]) for one in found]


async def test_a_vip_unit_gets_its_named_people_and_the_registry_knows_the_manager(desk: Desk) -> None:
    unit = await vip(desk)
    team = f"/customers/{unit['id']}/service-team"
    wanted = ["account_manager", "customer_service_head", "deputy_gm", "gm", "market_head"]
    assert await gaps(desk) == [(slot, "missing") for slot in wanted]
    gm = await assign(desk, unit, "gm")
    assert (gm["staff_id"], gm["state"]) == (str(desk.gas.person("gm")), "active")
    manager = await assign(desk, unit, "account_manager", login="account")
    shown = await desk.get(team, by="crew")
    places = {one["slot"]: one for one in shown["places"]}
    assert (shown["account_manager_id"], places["gm"]["gap"]) == (manager["staff_id"], None)
    assert places["account_manager"]["people"][0]["load"] == 1
    assert set(shown["channels"]) == {"hotline", "named", "hall"}
    assert await gaps(desk) == [(slot, "missing") for slot in wanted if slot not in {"account_manager", "gm"}]
    customer = await desk.get(f"/customers/{unit['id']}")
    assert (customer["account_manager_id"], customer["version"]) == (manager["staff_id"], unit["version"] + 1)
    (said,) = [one for one in await desk.facts("customer.served_by_changed") if one["is_account_manager"]]
    assert (said["staff_id"], said["state"], "name" in said) == (manager["staff_id"], "active", False)
    (updated,) = await desk.facts("customer.updated")
    assert updated["account_manager_id"] == manager["staff_id"]
    ended = f"/service-assignments/{manager['id']}/end"
    refused(await desk.post(ended, WHY, version=9, by="head"), 412, "service_assignment_stale")
    assert (await desk.done(ended, WHY, version=1, by="head"))["state"] == "ended"
    refused(await desk.post(ended, WHY, version=2, by="head"), 409, "service_assignment_not_open")
    assert (await desk.get(f"/customers/{unit['id']}"))["account_manager_id"] is None
    history = (await desk.get(f"{team}/history"))["items"]
    assert [(one["slot"], one["state"]) for one in history] == [("account_manager", "ended"), ("gm", "active")]


async def test_an_assignment_that_breaks_a_rule_changes_nothing(desk: Desk) -> None:
    unit = await vip(desk)
    team = f"/customers/{unit['id']}/service-team"
    crew = str(desk.gas.person("crew"))
    refused(await desk.post(team, {"slot": "gm", **WHY}, by="clerk"), 403, "permission_denied")
    refused(await desk.post(team, {"slot": "gm", **WHY}, by="account"), 403, "service_assignment_post")
    refused(await desk.post(team, {"slot": "expert", **WHY}, by="head"), 422, "service_slot_unknown", "/slot")
    body = {"slot": "account_manager", "staff_id": crew, **WHY}
    refused(await desk.post(team, body, by="head"), 422, "staff_not_in_post", "/staff_id")
    general = await desk.customer()
    answer = await desk.post(f"/customers/{general['id']}/service-team", {"slot": "gm", **WHY}, by="head")
    refused(answer, 422, "service_slot_unknown", "/slot")
    assert await desk.facts("customer.served_by_changed") == []
    await assign(desk, unit, "gm")
    refused(await desk.post(team, {"slot": "gm", **WHY}, by="head"), 409, "service_slot_filled")
    assert (await desk.get("/service-gaps", by="head", kind="missing", limit=2))["next_cursor"] is not None


async def test_who_leaves_or_is_away_shows_by_itself(world: World, desk: Desk) -> None:
    unit = await vip(desk)
    for slot in ("gm", "deputy_gm", "customer_service_head", "market_head", "account_manager"):
        await assign(desk, unit, slot)
    assert await gaps(desk) == []
    team = f"/customers/{unit['id']}/service-team"
    today = date.today()  # noqa: DTZ011
    deputy = {
        "staff_id": str(desk.gas.person("deputy")),
        "from_on": str(today - timedelta(days=2)),
        "until_on": str(today + timedelta(days=2)),
    }
    await directory(world, desk, "markethead", deputies=[deputy], state="on_leave")
    place = next(one for one in (await desk.get(team))["places"] if one["slot"] == "market_head")
    (person,) = place["people"]
    assert (place["gap"], person["is_at_work"], person["is_in_post"]) == (None, False, True)
    assert person["reach"][0] == person["deputies"][0] == str(desk.gas.person("deputy"))
    await directory(world, desk, "account", state="left")
    assert await gaps(desk) == [("account_manager", "left")]
    await directory(world, desk, "head", posts=["front_desk_clerk"])
    assert await gaps(desk, kind="left") == [("account_manager", "left"), ("customer_service_head", "left")]
    await desk.tier(unit["id"], "general")
    assert await gaps(desk) == [], "another tier, other people"
    assert all(not one["is_wanted"] for one in (await desk.get(team))["places"])


async def test_special_customers_have_four_eyes_on_their_team(generic: Desk) -> None:
    unit = await vip(generic, "special")
    proposed = await assign(generic, unit, "manager", by="head")
    assert (proposed["state"], proposed["from_at"]) == ("proposed", None)
    assert ("manager", "missing") in await gaps(generic)
    at = f"/service-assignments/{proposed['id']}"
    refused(await generic.post(f"{at}/confirm", version=1, by="head"), 403, "service_assignment_post")
    done = await generic.done(f"{at}/confirm", version=1, by="deputy")
    assert (done["state"], done["decided_by"]) == ("active", str(generic.gas.person("deputy")))
    own = await assign(generic, unit, "experts", by="deputy")
    answer = await generic.post(f"/service-assignments/{own['id']}/confirm", version=1, by="deputy")
    refused(answer, 403, "service_assignment_four_eyes")
    no = await generic.done(f"/service-assignments/{own['id']}/refuse", {"reason": "另派"}, version=1, by="office")
    assert (no["state"], no["end_reason"]) == ("refused", "另派")
    again = await assign(generic, unit, "experts", by="deputy")
    assert again["id"] != own["id"]
    same = await generic.post(
        f"/service-assignments/{done['id']}/replace",
        {"staff_id": done["staff_id"], **WHY},
        version=2,
        by="head",
    )
    refused(same, 409, "already_assigned")
    assert (await generic.get(f"/customers/{unit['id']}"))["account_manager_id"] == done["staff_id"]


async def test_an_agent_serves_no_more_customers_than_the_pack_allows(generic: Desk) -> None:
    agent = generic.gas.person("agent")
    one = await vip(generic, "second")
    first = await assign(generic, one, "agent", login="agent")
    await generic.pool.execute(
        "with c as (insert into customers (id, company, number, name, kind, customer_class, party, standing, tier,"
        " registered_at, updated_at) select gen_random_uuid(), $1, 'L' || n, '负荷', 'residential', 'a', 'individual',"
        " 'active', 'second', now(), now() from generate_series(1, 49) n returning id)"
        " insert into service_assignments (id, company, customer_id, slot, post, staff_id, state, reason, proposed_by,"
        " proposed_at, from_at, policy_version) select gen_random_uuid(), $1, id, 'agent', 'hotline_agent', $2,"
        " 'active', 'x', $2, now(), now(), 'x' from c",
        generic.gas.code,
        agent,
    )
    (load,) = (await generic.get("/service-loads", by="head", slot="agent"))["items"]
    assert (load["staff_id"], load["load"], load["max_load"]) == (str(agent), 50, 50)
    mine = (await generic.get("/service-loads", by="agent2"))["items"]
    assert mine == [], "an agent sees the own load only"
    two = await vip(generic, "second")
    body = {"slot": "agent", "staff_id": str(agent), **WHY}
    refused(await generic.post(f"/customers/{two['id']}/service-team", body, by="head"), 409, "service_load_exceeded")
    changed = await generic.done(
        f"/service-assignments/{first['id']}/replace",
        {"staff_id": str(generic.gas.person("agent2")), **WHY},
        version=1,
        by="head",
    )
    assert (changed["replaces_id"], changed["state"]) == (first["id"], "active")
    assert (await generic.get(f"/service-assignments/{first['id']}"))["state"] == "ended"
    await generic.done(f"/customers/{two['id']}/service-team", body, by="head")
    await generic.pool.execute(
        "insert into service_assignments (id, company, customer_id, slot, post, staff_id, state, reason, proposed_by,"
        " proposed_at, from_at, policy_version) values (gen_random_uuid(), $1, $2, 'agent', 'hotline_agent', $3,"
        " 'active', 'x', $3, now(), now(), 'x')",
        generic.gas.code,
        UUID(one["id"]),
        agent,
    )
    assert ("agent", "overloaded") in await gaps(generic, customer_id=two["id"])


async def test_of_two_who_replace_the_same_person_one_wins(world: World, desk: Desk) -> None:
    unit = await vip(desk)
    first = await assign(desk, unit, "account_manager", login="account")
    for login in ("leader", "crew"):
        await directory(world, desk, login, posts=["account_manager"])
    path = f"/service-assignments/{first['id']}/replace"
    bodies = [{"staff_id": str(desk.gas.person(login)), **WHY} for login in ("leader", "crew")]
    answers = await asyncio.gather(*(desk.post(path, body, version=1, by="head") for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    (winner,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert (await desk.get(f"/customers/{unit['id']}"))["account_manager_id"] == winner["staff_id"]
    states = (await desk.get(f"/customers/{unit['id']}/service-team/history"))["items"]
    assert sorted(one["state"] for one in states) == ["active", "ended"]


async def test_gaps_come_first_tier_first_page_by_page_and_only_of_the_own_company(generic: Desk) -> None:
    second = await vip(generic, "second")
    special = await vip(generic, "special")
    first = await vip(generic, "first")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await generic.get("/service-gaps", by="office", limit=2, **cursor)
        seen += [one["customer_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [special["id"]] * 3 + [first["id"]] * 3 + [second["id"]]
    assert {one["tier"] for one in (await generic.get("/service-gaps", by="office", tier="first"))["items"]} == {
        "first"
    }
