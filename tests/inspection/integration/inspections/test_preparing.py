"""An inspection is prepared from a plan or without one; who goes, what is drawn, what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.ids import new_id
from tests.inspection.integration.findings.book import step as finding_step
from tests.inspection.integration.inspections.forms import INSPECTIONS, Inspecting
from tests.inspection.integration.programme.office import Office
from tests.support.stage import Json, Stage
from tests.support.world import Company

TENTH = datetime(2026, 12, 10, 2, tzinfo=UTC)


async def planned(office: Office, **more: object) -> Json:
    """A routine inspection of December with its execution plan, on the tenth."""
    row = await office.one(await office.approved())
    await office.at(TENTH)
    return await office.written(await office.again(row), **more)


async def test_planned_inspection_is_taken_as_plan_and_execution_plan_say(
    house: Inspecting, office: Office, stage: Stage, gas: Company
) -> None:
    plan = await planned(office)
    login = office.login_of(plan["inspector_id"])
    answer = await stage.post(gas, INSPECTIONS, {"planned_id": plan["id"]}, login=login, key="once")
    assert answer.status_code == 201, answer.text
    row = answer.json()
    same = ("kind", "theme", "department", "team", "inspector_id", "method", "checks", "level", "held_on")
    assert {name: row[name] for name in same} == {name: plan[name] for name in same}
    assert (row["state"], row["checklist"], row["policy_version"]) == ("prepared", "general", "2011.1")
    after = await office.again(plan)
    assert (after["state"], after["inspection_id"]) == ("prepared", row["id"])
    assert (await house.clocks(row))["inspection_record"]["state"] == "running"
    again = await stage.post(gas, INSPECTIONS, {"planned_id": plan["id"]}, login=login, key="once")
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (row["id"], "true")
    twice = await stage.post(gas, INSPECTIONS, {"planned_id": plan["id"]}, login=login)
    assert (twice.status_code, twice.json()["code"]) == (409, "planned_inspection_step_not_allowed")
    (told,) = await stage.facts(gas, "inspection.prepared")
    assert (told["inspection_id"], told["planned_id"], told["sample_id"]) == (row["id"], plan["id"], None)


async def test_of_two_who_take_the_same_plan_one_wins(
    house: Inspecting, office: Office, stage: Stage, gas: Company
) -> None:
    plan = await planned(office)
    body, login = {"planned_id": plan["id"]}, office.login_of(plan["inspector_id"])
    answers = await asyncio.gather(*(stage.post(gas, INSPECTIONS, body, login=login) for _ in range(2)))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert await house.count("inspections") == 1


async def test_nobody_says_otherwise_than_the_plan(
    house: Inspecting, office: Office, stage: Stage, gas: Company
) -> None:
    plan = await planned(office)
    login = office.login_of(plan["inspector_id"])
    own = {"kind": None, "department": None, "method": None, "checks": None, "planned_id": plan["id"]}
    for name, value in {"kind": "routine", "department": "market", "method": "video", "sample_size": 1}.items():
        refusal = await house.refused_to_prepare(login, **{**own, name: value})
        assert refusal == (422, "inspection_field_surplus", f"/{name}")
    assert await house.refused_to_prepare("networkhead", **own) in (
        (403, "inspection_not_inspector", ""),
        (404, "planned_inspection_not_found", ""),
    )
    assert (await office.again(plan))["state"] == "planned"


async def test_unplanned_inspection_is_refused_with_what_is_wrong_of_it(house: Inspecting, gas: Company) -> None:
    head, crew, nobody = str(gas.person("head")), str(gas.person("crew")), str(new_id())
    cases: list[tuple[str, Json, str, str]] = [
        ("inspector", {"kind": None}, "inspection_field_missing", "/kind"),
        ("inspector", {"method": None}, "inspection_field_missing", "/method"),
        ("inspector", {"checks": None}, "inspection_field_missing", "/checks"),
        ("inspector", {"kind": "no-such"}, "inspection_code_unknown", "/kind"),
        ("inspector", {"theme": "no-such"}, "inspection_code_unknown", "/theme"),
        ("inspector", {"method": "no-such"}, "inspection_code_unknown", "/method"),
        ("inspector", {"department": "no-such"}, "inspection_code_unknown", "/department"),
        ("inspector", {"team": "no-such"}, "inspection_code_unknown", "/team"),
        ("inspector", {"held_on": "2026-11-23"}, "inspection_date_past", "/held_on"),
        ("inspector", {"sample_size": 501}, "inspection_sample_size", "/sample_size"),
        ("inspector", {"follows_id": nobody}, "inspection_follows_unknown", "/follows_id"),
        ("inspector", {"companion_ids": [nobody]}, "inspection_staff_unfit", "/companion_ids/0"),
        ("inspector", {"companion_ids": [crew]}, "inspection_own_department", "/companion_ids/0"),
        ("inspector", {"department": "service_office"}, "inspection_own_department", "/inspector_id"),
        ("head", {}, "inspection_own_department", "/inspector_id"),
        ("office", {"inspector_id": head}, "inspection_own_department", "/inspector_id"),
        ("office", {"inspector_id": str(gas.person("financehead"))}, "inspection_staff_unfit", "/inspector_id"),
        (
            "office",
            {"department": "service_office", "inspector_id": head},
            "inspection_own_department",
            "/department",
        ),
    ]
    for login, more, code, pointer in cases:
        assert await house.refused_to_prepare(login, **more) == (422, code, pointer), (login, more)
    other = await house.refused_to_prepare("networkhead", inspector_id=str(gas.person("inspector")))
    assert other == (403, "inspection_not_inspector", "")


async def test_the_office_prepares_for_an_inspector_and_a_leader_of_another_department_inspects(
    house: Inspecting, gas: Company
) -> None:
    named = await house.prepared("office", inspector_id=str(gas.person("inspector")))
    assert (named["inspector_id"], named["level"]) == (str(gas.person("inspector")), "company")
    assert (await house.prepared("networkhead"))["level"] == "department"
    assert (await house.prepared("emergencyleader"))["level"] == "team"


async def test_a_sample_is_drawn_that_nobody_chooses_and_that_anybody_draws_again(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    now = stage.clock.now()
    await house.orders(8, now - timedelta(days=3))
    await house.orders(2, now - timedelta(days=100))
    await house.orders(2, now - timedelta(days=3), "market")
    row = await house.prepared(method="on_site", sample_size=4)
    sample = row["sample"]
    assert (sample["kind"], sample["population"], len(sample["members"])) == ("order", 8, 4)
    assert sample["until"] == "2026-11-24T00:00:00+08:00" or sample["until"] == "2026-11-23T16:00:00Z"
    assert (await stage.get(gas, f"/v1/inspection-samples/{sample['id']}/again"))["is_equal"] is True
    await house.step(row, "void", "inspector", reason="另择时间")
    stage.clock.set(now + timedelta(hours=5))
    again = await house.prepared("officestaff", method="on_site", sample_size=4)
    drawn = [one["subject_id"] for one in again["sample"]["members"]]
    assert drawn == [one["subject_id"] for one in sample["members"]], "preparing again draws the same"
    assert (await house.prepared(method="on_site", sample_size=0))["sample"] is None
    assert (await house.prepared(method="video"))["sample"] is None
    by_theme = await house.prepared(method="documents", theme="complaint_handling")
    assert (by_theme["sample"]["kind"], by_theme["sample_size"], by_theme["checklist"]) == (
        "case",
        20,
        "complaint_handling",
    )


async def test_the_inspected_do_not_see_what_is_drawn_before_it_is_checked(house: Inspecting, stage: Stage) -> None:
    await house.orders(3, stage.clock.now() - timedelta(days=3))
    row = await house.prepared(method="on_site")
    assert [one["subject_id"] for one in row["sample"]["members"]]
    assert (await house.again(row, "head"))["sample"] is None
    assert (await house.again(row, "office"))["sample"] is not None


async def test_follow_up_carries_the_matter_of_what_it_follows(house: Inspecting, stage: Stage, gas: Company) -> None:
    first = await house.recorded()
    row = await house.prepared(kind="follow_up", follows_id=first["id"])
    facts = await stage.facts(gas, "inspection.prepared")
    assert (row["follows_id"], facts[0]["matter_id"]) == (first["id"], facts[1]["matter_id"])
    wrong = await house.refused_to_prepare(kind="follow_up", follows_id=first["id"], department="market")
    assert wrong == (422, "inspection_follows_unknown", "/follows_id")
    assert await house.listed("office", follows_id=first["id"]) == [row["id"]]


async def test_the_checklists_of_the_pack_are_read(stage: Stage, gas: Company) -> None:
    found = await stage.get(gas, "/v1/inspection-checklists", login="head")
    assert found["version"] == "2011.1"
    by_code = {one["code"]: one for one in found["items"]}
    assert by_code["tier_service"]["themes"] == ["tier_service"]
    assert by_code["general"]["themes"] == []
    assert all(sum(point["weight"] for point in one["points"]) == 100 for one in found["items"])
    assert {one["code"] for one in found["methods"]} >= {"callback", "unannounced_visit", "data_entry"}


async def test_follow_up_of_a_notice_needs_the_notice_to_be_issued_to_the_department(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    photo = await house.stored_file()
    themed = await house.prepared(kind="themed")
    row = await house.held(themed, points=house.failing("dress", evidence_ids=[photo]))
    finding = await stage.get(gas, f"/v1/findings/{row['finding_ids'][0]}")
    await finding_step(stage, gas, finding, "confirm", "office")
    notice = await stage.post(gas, "/v1/notices", {"finding_ids": row["finding_ids"]}, login="office")
    assert notice.status_code == 201, notice.text
    follows = str(notice.json()["id"])
    wrong = await house.refused_to_prepare(kind="follow_up", follows_id=follows, department="market")
    assert wrong == (422, "inspection_follows_unknown", "/follows_id")
    assert (await house.prepared(kind="follow_up", follows_id=follows))["follows_id"] == follows
