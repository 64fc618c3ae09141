"""From the pack's frequencies to visits: by tier, with owner or gap, each with its clock, nothing planned twice."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from tests.callback.integration.line import Line
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company

NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""Midnight in Shanghai."""
NOVEMBER_ENDS = datetime(2026, 11, 30, 16, tzinfo=UTC)


def at(one: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(one[name])


async def test_a_groups_month_is_planned_by_its_tier(line: Line, tour: Tour, liaoning: Company) -> None:
    manager = liaoning.person("account")
    top = await tour.group(liaoning, "a_plus", account_manager_id=manager)
    other = await tour.group(liaoning, "c")
    await tour.group(liaoning, "general")
    core = await tour.member(liaoning, top)
    await tour.member(liaoning, top, circle=None, kind="ordinary")
    made = await tour.plan(liaoning, "2026-11")
    assert (made["state"], made["customers"], made["planned"], made["gaps"]) == ("done", 2, 8, 1), made
    planned = await tour.visits(liaoning, customer_id=top)
    assert sorted(one["service"] for one in planned) == [
        *("chief_visit", "forum", "network_test", "on_site_service", "outing", "personal_visit", "personal_visit"),
    ]
    by_service = {one["service"]: one for one in planned}
    visit = by_service["personal_visit"]
    assert (visit["owner_id"], visit["gap"], visit["posts"], visit["department"]) == (str(manager), None, [], "market")
    assert (at(visit, "due_at"), visit["state"], visit["pace"]) == (NOVEMBER_ENDS, "planned", "periodic")
    assert at(by_service["outing"], "due_at") == at(by_service["chief_visit"], "due_at") == NEW_YEAR
    assert by_service["chief_visit"]["owner_id"] == str(liaoning.person("chiefaccount"))
    assert by_service["network_test"]["owner_id"] == str(liaoning.person("networkhead"))
    assert by_service["forum"]["member_id"] == str(core), "only the served member has a forum"
    clock = await tour.clock_of(liaoning, visit)
    assert (clock["metric"], clock["state"], clock["clause"]) == ("visit", "running", "service-table")
    assert (at(clock, "started_at"), at(clock, "deadline_at")) == (at(visit, "window_from"), NOVEMBER_ENDS)
    (gap,) = await tour.visits(liaoning, is_gap="true")
    assert (gap["customer_id"], gap["gap"], gap["posts"]) == (str(other), "nobody_named", ["account_manager"])
    told = await line.facts(liaoning, "callback.visit_planned")
    assert [one["gap"] for one in told if one["gap"]] == ["nobody_named"]
    assert len(told) == made["planned"]
    again = await tour.plan(liaoning, "2026-11")
    assert (again["customers"], again["planned"]) == (2, 0)
    work = await line.client.get("/v1/work", headers=liaoning.headers("account"))
    assert {one["title_code"] for one in work.json()["items"]} >= {"personal_visit", "outing"}


async def test_a_years_windows_begin_with_their_clocks_and_follow_the_tier(
    line: Line, tour: Tour, chaohu: Company
) -> None:
    key, left = await tour.group(chaohu, "key", party="unit"), await tour.group(chaohu, "vip", party="unit")
    made = await tour.plan(chaohu, "2027")
    assert (made["planned"], made["gaps"]) == (16, 0), made
    months = await tour.visits(chaohu, customer_id=key)
    assert [one["opened_at"] for one in months] == [None] * 12
    assert {one["owner_id"] for one in months} == {str(chaohu.person("serviceleader"))}
    assert await line.clocks(chaohu, "visits", months[0]) == []
    early = await tour.act(chaohu, months[0], "record", login="serviceleader", visited_at="2026-11-24T01:00:00Z")
    assert (early.status_code, early.json()["code"]) == (409, "visit_not_begun")
    assert await tour.pass_time(chaohu, datetime(2027, 1, 1, 1, tzinfo=UTC)) == 2
    first = (await tour.visits(chaohu, customer_id=key))[0]
    clock = await tour.clock_of(chaohu, first)
    assert (clock["state"], at(clock, "deadline_at")) == ("running", at(first, "window_until"))
    await line.know(chaohu, "key", customer_id=left, party="unit", standing="closed")
    await line.pool.execute("update customers set tier = 'general' where id = $1", key)
    await line.pool.execute("update customers set standing = 'closed' where id = $1", left)
    again = await tour.plan(chaohu, "2027")
    assert (again["planned"], again["withdrawn"]) == (0, 15), "what has begun for the key customer is still owed"
    states = [(one["state"], one["cancel_reason"], one["is_excused"]) for one in await tour.visits(chaohu)]
    assert sorted(set(states), key=str) == [
        ("cancelled", "customer_left", True),
        ("cancelled", "tier_changed", True),
        ("planned", None, None),
    ]
    (ended,) = await line.clocks(chaohu, "visits", (await tour.visits(chaohu, customer_id=left))[0])
    assert ended["state"] == "cancelled"


async def test_a_plan_is_for_a_year_or_month_that_has_not_ended_and_made_by_the_office(
    line: Line, tour: Tour, liaoning: Company
) -> None:
    for period in ("2026-10", "2025", "2028", "2026-Q4", "2026-W48", "soon"):
        refused = await line.post(liaoning, "/v1/visit-plans", {"period": period}, login="office")
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "visit_plan_period"), period
        assert problem["errors"][0]["pointer"] == "/period"
    assert (await line.post(liaoning, "/v1/visit-plans", {"period": "2026-11"}, login="head")).status_code == 403
    listed = await line.client.get("/v1/visit-plans", headers=liaoning.headers("office"))
    assert listed.json()["items"] == []
    await tour.job(liaoning, "visit_planning")
    (scheduled,) = (await line.client.get("/v1/visit-plans", headers=liaoning.headers("gm"))).json()["items"]
    assert (scheduled["period"], scheduled["requested_by"], scheduled["state"]) == ("2026-11", None, "done")


async def test_who_is_named_later_owes_it_unless_a_person_assigned_somebody(
    line: Line, tour: Tour, liaoning: Company
) -> None:
    group = await tour.group(liaoning, "a")
    await tour.plan(liaoning, "2026-11")
    visit = await tour.visit(liaoning, group, "personal_visit")
    assert visit["gap"] == "nobody_named"
    hidden = await line.client.get(f"/v1/visits/{visit['id']}", headers=liaoning.headers("crew"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "visit_not_found")
    unfit = await tour.act(
        liaoning, visit, "assign", login="markethead", owner_id=str(liaoning.person("crew")), reason="代走访"
    )
    assert (unfit.status_code, unfit.json()["code"], unfit.json()["errors"][0]["pointer"]) == (
        *(422, "visit_owner_unfit", "/owner_id"),
    )
    first = await tour.serve(liaoning, group, "account_manager", "account")
    visit = await tour.visit(liaoning, group, "personal_visit")
    assert (visit["gap"], visit["owner_id"], visit["posts"]) == (None, str(liaoning.person("account")), [])
    outing = await tour.visit(liaoning, group, "outing")
    own = await tour.act(liaoning, outing, "assign", login="account", owner_id=visit["owner_id"], reason="自行安排")
    assert own.status_code == 403, own.text
    given = await tour.act(
        liaoning, outing, "assign", login="markethead", owner_id=visit["owner_id"], reason="本人对接"
    )
    assert given.status_code == 200, given.text
    ended: dict[str, Any] = {"assignment_id": first, "state": "ended", "version": 2}
    await tour.serve(liaoning, group, "account_manager", "account", **ended)
    assert (await tour.visit(liaoning, group, "personal_visit"))["gap"] == "nobody_named"
    await tour.serve(liaoning, group, "account_manager", "chiefaccount")
    assert (await tour.visit(liaoning, group, "personal_visit"))["owner_id"] == str(liaoning.person("chiefaccount"))
    moved = [one["service"] for one in await line.facts(liaoning, "callback.visit_assigned")]
    assert moved.count("outing") == 2
    assert (await tour.visit(liaoning, group, "outing"))["owner_id"] == str(liaoning.person("account"))


async def test_two_workers_plan_the_same_month_once(line: Line, tour: Tour, liaoning: Company) -> None:
    for _ in range(5):
        await tour.group(liaoning, "b", account_manager_id=liaoning.person("account"))
    await asyncio.gather(*(tour.job(liaoning, "visit_planning", {"period": "2026-11"}) for _ in range(2)))
    runs = (await line.client.get("/v1/visit-plans", headers=liaoning.headers("office"))).json()["items"]
    planned = await tour.visits(liaoning)
    assert sum(one["planned"] for one in runs) == len(planned) == 25
    assert len({(one["customer_id"], one["service"]) for one in planned}) == 25
    assert len(await line.facts(liaoning, "callback.visit_planned")) == 25
