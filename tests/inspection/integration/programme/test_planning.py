"""Plans are made from the pack, once, the same in every company; approved in time by another person."""

from datetime import UTC, datetime

from tests.inspection.integration.programme.office import Office
from tests.support.stage import Stage
from tests.support.world import Company, World


async def rows(stage: Stage, company: Company) -> list[tuple[object, ...]]:
    """Who, when and what, without ids."""
    logins: dict[object, object] = {company.person(login): login for login in company.pack.common.demo_staff}
    found = await stage.pool.fetch(
        "select p.level, p.pace, p.period, p.place, p.due_at, p.owner_id, p.posts, i.kind, i.theme, i.department,"
        " i.team, i.window_from, i.window_until, i.inspector_id, i.gap from inspection_plans p"
        " left join planned_inspections i on i.plan_id = p.id where p.company = $1 order by p.id, i.id",
        company.code,
    )
    return [tuple(logins.get(value, value) for value in map(_plain, one)) for one in found]


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


async def test_the_job_makes_what_is_due_once_and_alike_in_two_companies(
    stage: Stage, gas: Company, world: World
) -> None:
    twin = await world.company(f"{gas.code}-t")
    for company in (gas, twin):
        assert [step.done for step in await stage.run_job(company, "inspection_planning")] == [24]
        assert [step.done for step in await stage.run_job(company, "inspection_planning")] == [0]
    made = await rows(stage, gas)
    assert made == await rows(stage, twin)
    plans = {one[:4] for one in made}
    assert {one[1:3] for one in plans if one[0] == "company"} == {
        ("year", "2026"),
        ("quarter", "2026-Q4"),
        ("month", "2026-11"),
        ("month", "2026-12"),
    }
    assert {one[3] for one in plans if one[0] == "team"} == {"hall_1", "hotline_1", "meter_1", "repair_1"}
    assert len({one[3] for one in plans if one[0] == "department"}) == 6
    assert all(one[13] is not None for one in made), "every one has its inspector"


async def test_an_inspector_never_goes_to_the_own_department(stage: Stage, office: Office, gas: Company) -> None:
    for period in ("2026", "2026-12", "2027-01"):
        await office.make(period)
    own = await stage.pool.fetchval(
        "select count(*) from planned_inspections i join staff s on s.id = i.inspector_id"
        " where i.company = $1 and s.department = i.department",
        gas.code,
    )
    assert own == 0


async def test_plans_on_demand_are_made_once_and_answered_again(office: Office, stage: Stage, gas: Company) -> None:
    first = await office.make()
    assert (len(first), {one["state"] for one in first}) == (11, {"draft"})
    assert [one["id"] for one in await office.make()] == [one["id"] for one in first]
    assert len(await stage.facts(gas, "inspection.plan_drafted")) == 11
    body, key = {"period": "2027-01"}, "same-key"
    answers = [await stage.post(gas, "/v1/inspection-plans", body, login="office", key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (await stage.post(gas, "/v1/inspection-plans", body, login="head")).status_code == 403


async def test_a_period_that_is_over_or_too_far_is_refused(stage: Stage, gas: Company) -> None:
    for period in ("2026-10", "2025", "2026-Q3", "2026-W48", "2028-01", "x"):
        answer = await stage.post(gas, "/v1/inspection-plans", {"period": period}, login="office")
        assert (answer.status_code, answer.json()["code"]) == (422, "inspection_plan_period"), period
        assert answer.json()["errors"][0]["pointer"] == "/period"
    assert await stage.facts(gas, "inspection.plan_drafted") == []


async def test_a_plan_stands_in_time_when_another_person_approves(stage: Stage, office: Office, gas: Company) -> None:
    plan = await office.plan()
    assert plan["posts"] == ["service_office_director", "service_office_staff"]
    assert (await office.clocks(plan))["plan"]["state"] == "running"
    submitted = await office.done(plan, "submit", "officestaff")
    queue = await stage.get(gas, "/v1/work", login="gm", metric="plan")
    assert plan["id"] in [one["id"] for one in queue["items"]]
    back = await office.done(submitted, "return", "deputy", reason="暗访次数不足")
    assert (back["state"], back["return_reason"], back["posts"]) == ("draft", "暗访次数不足", plan["posts"])
    again = await office.done(back, "submit", "officestaff")
    approved = await office.done(again, "approve", "deputy")
    assert (approved["state"], approved["is_late"], approved["posts"]) == ("approved", False, [])
    assert (await office.clocks(plan))["plan"]["state"] == "met"
    told = await stage.facts(gas, "inspection.plan_submitted", "inspection.plan_returned", "inspection.plan_approved")
    assert [one["type"].rpartition("_")[2] for one in told] == ["submitted", "returned", "submitted", "approved"]


async def test_a_plan_that_nobody_approves_in_time_is_a_breach(office: Office) -> None:
    plan = await office.plan()
    assert datetime.fromisoformat(plan["due_at"]) == datetime(2026, 11, 29, 16, tzinfo=UTC)
    await office.at(datetime(2026, 11, 29, 16, 1, tzinfo=UTC))
    assert (await office.clocks(plan))["plan"]["state"] == "breached"
    submitted = await office.done(plan, "submit", "office")
    assert (await office.done(submitted, "approve", "gm"))["is_late"] is True
    assert (await office.clocks(plan))["plan"]["state"] == "breached"


async def test_nobody_approves_their_own_plan_nor_without_the_post(office: Office) -> None:
    plan = await office.plan()
    early = await office.step(plan, "approve", "deputy")
    assert (early.status_code, early.json()["code"]) == (409, "inspection_plan_step_not_allowed")
    submitted = await office.done(plan, "submit", "office")
    for login in ("office", "officestaff", "committee"):
        refused = await office.step(submitted, "approve", login)
        assert (refused.status_code, refused.json()["code"]) == (403, "inspection_plan_post_not_allowed"), login
    team = await office.plan("team", "meter_1")
    assert team["owner_id"] == str(office.company.person("head")) or team["posts"] == ["customer_service_head"]
    mine = await office.done(team, "submit", "head")
    own = await office.step(mine, "approve", "head")
    assert (own.status_code, own.json()["code"]) == (403, "inspection_plan_four_eyes")
    assert (await office.again(mine))["version"] == mine["version"]
    assert (await office.done(mine, "approve", "office"))["state"] == "approved"


async def test_of_two_who_approve_one_wins(office: Office) -> None:
    submitted = await office.done(await office.plan(), "submit", "office")
    await office.done(submitted, "approve", "deputy")
    late = await office.step(submitted, "approve", "gm")
    assert late.status_code == 412


async def test_a_department_sees_its_own_plans_only(office: Office, stage: Stage, gas: Company) -> None:
    plans = await office.make()
    seen = (await stage.get(gas, "/v1/inspection-plans", login="head", period="2026-12"))["items"]
    assert {(one["level"], one["department"]) for one in seen} == {
        ("department", "customer_service"),
        ("team", "customer_service"),
    }
    foreign = next(one for one in plans if one["department"] == "network")
    answer = await stage.client.get(f"/v1/inspection-plans/{foreign['id']}", headers=gas.headers("head"))
    assert answer.status_code == 404
    assert (await office.step(foreign, "submit", "head")).status_code == 404


async def test_what_is_not_announced_is_hidden_from_the_inspected(office: Office, stage: Stage, gas: Company) -> None:
    plan = await office.plan()
    secret = await office.one(plan, "unannounced")
    logins = {
        "call_centre": "callhead",
        "customer_service": "head",
        "network": "networkhead",
        "market": "markethead",
        "safety": "safetyhead",
        "engineering": "engineeringhead",
    }
    login = logins[secret["department"]]
    seen = (await stage.get(gas, "/v1/planned-inspections", login=login))["items"]
    assert secret["id"] not in [one["id"] for one in seen]
    path = f"/v1/planned-inspections/{secret['id']}"
    for address in (path, f"{path}/clocks"):
        answer = await stage.client.get(address, headers=gas.headers(login))
        assert answer.status_code == 404
    routine = await office.one(plan, "routine")
    open_one = await stage.client.get(
        f"/v1/planned-inspections/{routine['id']}", headers=gas.headers(logins[routine["department"]])
    )
    assert open_one.status_code == 200
